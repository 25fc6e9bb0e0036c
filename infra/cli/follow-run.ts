import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../shared/client/client.ts';
import type { RunDetail } from './answers.ts';
import { END_STATES } from './follow-backfill.ts';

const POLL_MS = 500;

/**
 * Waits for the end of a run and returns its last state.
 *
 * @throws ApiError; TypeError when the API cannot be reached for as long as the client is patient; the reason of the signal.
 */
export async function followRun(client: Client, id: string, signal?: AbortSignal): Promise<RunDetail> {
  for (;;) {
    const run = await client.getRun({ params: { id } });
    if (END_STATES.has(run.state)) return run;
    await sleep(POLL_MS, undefined, { signal });
  }
}
