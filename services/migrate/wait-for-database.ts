import { setTimeout as sleep } from 'node:timers/promises';
import { refuseSharedSessions } from '../../shared/db/pooling.ts';
import type { Logger } from '../../shared/logger.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';

const PATIENCE_MS = 2 * MINUTE;

/** What PostgreSQL and the network say of a server that is not there yet; anything else will not heal by waiting. */
const NOT_YET = new Set([
  '57P03',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

function isNotYet(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_YET.has(String(error.code));
}

/**
 * Waits until PostgreSQL takes connections.
 *
 * @throws its answer after two minutes, or at once when waiting cannot help; ConfigError when it is behind a pooler that shares
 *   sessions
 */
export async function waitForDatabase(url: string, log: Logger): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await refuseSharedSessions(url);
      return;
    } catch (error) {
      if (!isNotYet(error) || performance.now() > deadline) throw error;
      log.info({ reason: (error as Error).message }, 'PostgreSQL does not answer yet');
      await sleep(SECOND);
    }
  }
}
