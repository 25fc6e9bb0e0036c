import { setTimeout as sleep } from 'node:timers/promises';

import { Presets, SingleBar } from 'cli-progress';

import { type ApiClient, type Backfill, getBackfill } from './api-client.ts';
import { formatCount } from './format-number.ts';
import { computeRate, formatEta, formatProgressLine, type ProgressSample } from './format-progress.ts';

const POLL_MS = 500;
const LINE_EVERY_MS = 5_000;
const KEPT_SAMPLES = 60;

/** States in which a backfill or a run changes no more. */
export const END_STATES = new Set(['succeeded', 'partially_failed', 'failed', 'cancelled']);

/** Shows how far a backfill is. */
interface ProgressView {
  show: (backfill: Backfill, rate: number) => void;
  end: () => void;
}

const SILENT: ProgressView = { end: () => undefined, show: () => undefined };

function openBar(): ProgressView {
  const bar = new SingleBar(
    {
      barsize: 36,
      format: '{bar} {percentage} %  {done} of {all}  {speed} per s  {left} left  {state}',
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    end: () => bar.stop(),
    show: ({ partitions: { done, total }, state }, rate) => {
      const payload = {
        all: formatCount(total),
        done: formatCount(done),
        left: formatEta(total - done, rate),
        speed: formatCount(rate),
        state,
      };
      if (!started) bar.start(total, done, payload);
      started = true;
      bar.setTotal(total);
      bar.update(done, payload);
    },
  };
}

function openLines(): ProgressView {
  let shownMs = 0;
  return {
    end: () => undefined,
    show: ({ partitions: { done, total }, state }, rate) => {
      if (Date.now() - shownMs < LINE_EVERY_MS && !END_STATES.has(state)) return;
      shownMs = Date.now();
      process.stdout.write(`${formatProgressLine(done, total, rate)}\n`);
    },
  };
}

/**
 * Follows a backfill to its end with a progress bar on a terminal and a line every 5 s elsewhere (nothing when `quiet`);
 * returns its last state.
 *
 * @throws ApiError; TypeError when the API cannot be reached for a minute; the reason of the client's signal.
 */
export async function followBackfill(client: ApiClient, id: string, quiet = false): Promise<Backfill> {
  const view = quiet ? SILENT : process.stdout.isTTY ? openBar() : openLines();
  let samples: ProgressSample[] = [];
  try {
    for (;;) {
      const backfill = await getBackfill(client, id);
      samples = [...samples.slice(-KEPT_SAMPLES), { atMs: Date.now(), done: backfill.partitions.done }];
      view.show(backfill, computeRate(samples));
      if (END_STATES.has(backfill.state)) return backfill;
      await sleep(POLL_MS, undefined, { signal: client.signal });
    }
  } finally {
    view.end();
  }
}
