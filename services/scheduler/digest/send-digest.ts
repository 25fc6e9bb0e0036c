import { sql } from 'drizzle-orm';
import type { ChannelName } from '../../../shared/alerts/channels.ts';
import { DIGEST_RULE } from '../../../shared/alerts/rules.ts';
import type { DigestContent } from '../../../shared/contract/digests.ts';
import { findRule } from '../../../shared/db/alert-rules.ts';
import { listAlerts } from '../../../shared/db/alerts.ts';
import type { Database } from '../../../shared/db/client.ts';
import { findDigest, storeDigest } from '../../../shared/db/digests.ts';
import { readFirstStart, readReadiness } from '../../../shared/db/readiness.ts';
import { listSignals } from '../../../shared/db/signal-list.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import type { Schedule } from '../../../shared/pipeline/schedule.ts';
import type { RunState } from '../../../shared/pipeline/runs.ts';
import {
  dayInZone,
  nextWeekday,
  previousWeekday,
  toIso,
  type Day,
  type Instant,
} from '../../../shared/time.ts';
import { deadlineOf, firstPartitionAfter, partitionOfToday } from '../alerts/due-partition.ts';
import { compareSignals } from './compare-signals.ts';

/** More signals than all agents have, and more alerts than a person reads. */
const MAX_SIGNALS = 1_000;
const MAX_ALERTS = 50;

const ENDED: readonly RunState[] = ['succeeded', 'partially_failed', 'failed', 'cancelled'];

type DigestRun = { readonly id: string; readonly state: RunState };

/** The newest scheduled run of a partition, or null. */
async function findScheduledRun(db: Database, partition: Day): Promise<DigestRun | null> {
  const result = await db.execute<DigestRun>(sql`
    select id, state from runs where kind = 'scheduled' and from_partition = ${partition}
    order by created_at desc limit 1`);
  return result.rows[0] ?? null;
}

const listSignalsOf = (db: Database, partition: Day) =>
  listSignals(db, { from: partition, to: partition, limit: MAX_SIGNALS });

/** Makes the digest of a partition from what is stored now. */
export async function buildDigest(db: Database, partition: Day, now: Instant): Promise<DigestContent> {
  const previousPartition = previousWeekday(partition);
  const run = await findScheduledRun(db, partition);
  const alerts = await listAlerts(db, { open: true, limit: MAX_ALERTS });
  const readiness = await readReadiness(db, partition, graph.names);
  return {
    partition,
    previousPartition,
    builtAt: toIso(now),
    run,
    signals: compareSignals(await listSignalsOf(db, previousPartition), await listSignalsOf(db, partition)),
    assets: readiness.map(({ partition: _partition, ...asset }) => asset),
    alerts: alerts.map(({ lastSeenAt: _seen, resolvedAt: _resolved, ...alert }) => alert),
    links: {
      Digest: `/v1/digests/${partition}`,
      Signals: `/v1/signals?from=${partition}&to=${partition}`,
      Partitions: `/v1/partitions?from=${partition}&to=${partition}`,
      'Open alerts': '/v1/alerts?open=true',
      ...(run === null ? {} : { Run: `/v1/runs/${run.id}` }),
    },
  };
}

/**
 * Stores and queues the digest of this morning, once: when the scheduled run of the partition is over or at the time of day of
 * its rule, whichever is first. Not at weekends, and not for what was to run before the first start of the scheduler.
 */
export async function sendDigest(
  { db, schedule, now }: { readonly db: Database; readonly schedule: Schedule; readonly now: Instant },
  channels: readonly ChannelName[],
): Promise<boolean> {
  const { zone } = schedule;
  const partition = partitionOfToday(now, zone);
  if (nextWeekday(partition) !== dayInZone(now, zone)) return false;
  if ((await findDigest(db, partition)) !== null) return false;
  const rule = await findRule(db, DIGEST_RULE);
  if (rule === null || !rule.enabled || rule.deadline === null) return false;
  const run = await findScheduledRun(db, partition);
  const start = await readFirstStart(db);
  const deadline = deadlineOf(partition, rule.deadline, zone);
  const isDue =
    now >= deadline &&
    start !== null &&
    deadline > start.at &&
    partition >= firstPartitionAfter(start.at, schedule);
  const isOver = run !== null && ENDED.includes(run.state);
  if (!isDue && !isOver) return false;
  return storeDigest(db, await buildDigest(db, partition, now), { now, channels });
}
