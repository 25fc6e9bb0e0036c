import type { DigestContent } from '../../../shared/contract/digests.ts';
import { isReady } from '../../../shared/db/readiness.ts';

type Change = DigestContent['signals']['flipped'][number];
type Asset = DigestContent['assets'][number];

function describeChange({ signalId, agent, before, after, strength, confidence, reason }: Change): string {
  const sure = confidence === null ? '' : `, ${strength ?? ''} ${Math.round(confidence * 100)} %`;
  const why = reason === null ? '' : ` (${reason})`;
  return `• ${agent} ${signalId}: ${before ?? 'none'} → ${after ?? 'none'}${sure}${why}`;
}

const flagsOf = ({ stale, blocked, degraded }: Asset): string[] =>
  Object.entries({ stale, blocked, degraded }).flatMap(([flag, isSet]) => (isSet ? [flag] : []));

function describeAsset(asset: Asset): string {
  const marks = [asset.state, ...flagsOf(asset)].join(', ');
  const why = asset.reason === null ? '' : `: ${asset.reason}`;
  return `• ${asset.asset} ${marks}${why} (newest: ${asset.newestPartition ?? 'none'})`;
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title} (${lines.length})`, ...lines];

/** A digest in words, one line each: what changed, what is missing and why, what is open. */
export function listDigestLines(content: DigestContent): string[] {
  const { signals, assets, alerts, run, partition, previousPartition } = content;
  const ready = assets.filter(isReady);
  const changes = [...signals.flipped, ...signals.appeared, ...signals.disappeared];
  const unready = assets.filter((asset) => !isReady(asset) || flagsOf(asset).length > 0);
  return [
    `${ready.length} of ${assets.length} assets are ready for ${partition}; run: ${run?.state ?? 'none'}.`,
    ...section(`Signals that flipped since ${previousPartition}`, signals.flipped.map(describeChange)),
    ...section('Signals that appeared', signals.appeared.map(describeChange)),
    ...section('Signals that disappeared', signals.disappeared.map(describeChange)),
    ...(changes.length === 0 ? [`No signal changed since ${previousPartition}.`] : []),
    ...section('Missing, failed, stale or degraded', unready.map(describeAsset)),
    ...section(
      'Open alerts',
      alerts.map(({ severity, rule, subject, message }) => `• ${severity} ${rule} ${subject}: ${message}`),
    ),
  ];
}
