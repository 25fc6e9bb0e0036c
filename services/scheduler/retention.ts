import { pruneBodies } from '../../shared/db/archive.ts';
import type { Database } from '../../shared/db/client.ts';
import { EVENT_RETENTION_DAYS, pruneEvents } from '../../shared/db/events.ts';
import type { Logger } from '../../shared/logger.ts';
import { DAY_MS, HOUR, type Instant } from '../../shared/time.ts';

/** Removes what is old enough, at most once an hour. Call while leading. */
export type KeepRetention = (now: Instant) => Promise<void>;

/** Keeps the retention of archived answers and of events. `retentionDays` 0 keeps archived answers for ever. */
export function createRetention(db: Database, retentionDays: number, log: Logger): KeepRetention {
  let prunedAt = -Infinity;
  return async (now) => {
    if (now - prunedAt < HOUR) return;
    prunedAt = now;
    const events = await pruneEvents(db, now - EVENT_RETENTION_DAYS * DAY_MS);
    if (events > 0) log.info({ events, retentionDays: EVENT_RETENTION_DAYS }, 'events pruned');
    if (retentionDays === 0) return;
    const bodies = await db.transaction((tx) => pruneBodies(tx, now - retentionDays * DAY_MS));
    if (bodies > 0) log.info({ bodies, retentionDays }, 'archived answers pruned');
  };
}
