import { setTimeout as sleep } from 'node:timers/promises';

import { type ApiClient, getRun, type Run } from './api-client.ts';
import { END_STATES } from './follow-backfill.ts';

const POLL_MS = 500;

/**
 * Waits for the end of a run and returns its last state.
 *
 * @throws ApiError; TypeError when the API cannot be reached for 20 s; the reason of the client's signal.
 */
export async function followRun(client: ApiClient, id: string): Promise<Run> {
  for (;;) {
    const run = await getRun(client, id);
    if (END_STATES.has(run.state)) return run;
    await sleep(POLL_MS, undefined, { signal: client.signal });
  }
}
