import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../shared/client/client.ts';
import type { Backfill, PartitionSummary } from './answers.ts';
import { computeRate, formatProgressLine, type ProgressSample } from './format-progress.ts';
import { hasRoomFor, openAssetBars, openBar, type ProgressView } from './progress-bars.ts';
import { summarizePartitions } from './summarize-partitions.ts';

const POLL_MS = 500;
const LINE_EVERY_MS = 5_000;
const KEPT_SAMPLES = 60;

/** States in which a backfill or a run changes no more. */
export const END_STATES: ReadonlySet<string> = new Set([
  'succeeded',
  'partially_failed',
  'failed',
  'cancelled',
]);

const SILENT: ProgressView = { needsAssets: false, end: () => undefined, show: () => undefined };

function openLines(): ProgressView {
  let shownMs = 0;
  return {
    needsAssets: false,
    end: () => undefined,
    show: ({ backfill: { partitions, state }, rate }) => {
      if (Date.now() - shownMs < LINE_EVERY_MS && !END_STATES.has(state)) return;
      shownMs = Date.now();
      process.stdout.write(`${formatProgressLine(partitions.done, partitions.total, rate)}\n`);
    },
  };
}

/** Bars on a terminal, lines elsewhere. What is computed again was materialized before: a bar per asset would stand still. */
function openView({ assets, only }: Backfill): ProgressView {
  if (!process.stdout.isTTY) return openLines();
  const isAnew = only === 'all' || only === 'stale';
  return !isAnew && hasRoomFor(assets.length, process.stdout) ? openAssetBars() : openBar();
}

async function readAssets(client: Client, backfill: Backfill): Promise<PartitionSummary[]> {
  return summarizePartitions(client, {
    from: backfill.from,
    to: backfill.to,
    assets: backfill.assets.join(','),
  });
}

/** How a backfill is followed. */
export interface FollowOptions {
  /** Shows nothing. */
  readonly isQuiet?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Follows a backfill to its end with a progress bar per asset on a terminal and a line every 5 s elsewhere; returns its
 * last state.
 *
 * @throws ApiError; TypeError when the API cannot be reached for as long as the client is patient; the reason of the signal.
 */
export async function followBackfill(
  client: Client,
  id: string,
  { isQuiet = false, signal }: FollowOptions = {},
): Promise<Backfill> {
  let view: ProgressView | undefined;
  let samples: ProgressSample[] = [];
  try {
    for (;;) {
      const backfill = await client.getBackfill({ params: { id } });
      view ??= isQuiet ? SILENT : openView(backfill);
      const assets = view.needsAssets ? await readAssets(client, backfill) : [];
      samples = [...samples.slice(-KEPT_SAMPLES), { atMs: Date.now(), done: backfill.partitions.done }];
      view.show({ backfill, assets, rate: computeRate(samples) });
      if (END_STATES.has(backfill.state)) return backfill;
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    view?.end();
  }
}
