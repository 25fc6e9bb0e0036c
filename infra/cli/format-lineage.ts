import type { Lineage } from './answers.ts';
import { formatRecords } from './format-records.ts';

type Materialization = Pick<
  Lineage,
  'asset' | 'partition' | 'id' | 'state' | 'rows' | 'codeVersion' | 'cutoff' | 'stale'
>;

const describeRow = ({ asset, partition, id, state, rows, codeVersion, stale }: Materialization) => ({
  asset,
  partition,
  id,
  state: stale ? `${state}, stale` : state,
  rows,
  code: codeVersion || '-',
});

type Input = NonNullable<Lineage['signals']>[number]['inputs'][number];

const describeInput = ({ key, from, lastPeriod, releaseTime, silver, observations, payloadIds }: Input) => ({
  input: from === undefined ? key : `${key} of ${from.agent}`,
  last: lastPeriod,
  released: releaseTime,
  silver: silver.total,
  observations: observations.total,
  payloads: payloadIds,
});

/** A title over a table; nothing when there are no rows. */
const section = (title: string, data: readonly object[]): string[] =>
  data.length === 0 ? [] : ['', title, ...formatRecords({ data })];

/** What a partition was made by and from: itself, everything upstream, and the answers of providers it rests on. */
export function formatLineage(lineage: Lineage): string[] {
  const { payloads, signals = [], outputs = [], sources = [], keys = [] } = lineage;
  const because = lineage.staleBecause.map(({ cause, asset }) => [cause, asset].filter(Boolean).join(' '));
  const ofSignals = signals.flatMap(({ signalId, inputs }) =>
    inputs.map((input) => ({ signal: signalId, ...describeInput(input) })),
  );
  const ofOutputs = outputs.flatMap(({ path, inputs }) =>
    inputs.map((input) => ({ output: path, ...describeInput(input) })),
  );
  const shown = payloads.items.map(({ id, provider, key, windowId, fetchedAt, sha256 }) => ({
    id,
    provider,
    key,
    window: windowId,
    fetched: fetchedAt,
    sha256: sha256.slice(0, 12),
  }));
  return [
    `${lineage.asset} ${lineage.partition}: ${lineage.state}${lineage.reason === null ? '' : ` (${lineage.reason})`}`,
    `run             ${lineage.runId}`,
    `cutoff          ${lineage.cutoff ?? 'not recorded'}`,
    `code            ${lineage.codeVersion || 'not recorded'} (now ${lineage.currentCodeVersion})`,
    ...(because.length === 0 ? [] : [`stale           ${because.join(', ')}`]),
    ...section('made from', lineage.upstreams.map(describeRow)),
    ...section('inputs of its signals', ofSignals),
    ...section('inputs of its outputs', ofOutputs),
    ...section('rows of its upstreams', sources),
    ...section('keys', keys),
    ...section(`answers of providers (${shown.length} of ${payloads.total})`, shown),
  ];
}
