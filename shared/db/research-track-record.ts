import { sql } from 'drizzle-orm';
import { getCalendar } from '../calendars/calendars.ts';
import {
  measureTrackRecord,
  type SpokenSignal,
  type TargetValue,
  type TrackRecord,
} from '../numeric/track-record.ts';
import { CURRENT_VERSIONS } from '../pipeline/agent-versions.ts';
import type { AgentName } from '../pipeline/graph.ts';
import { findTarget, type SignalTarget } from '../silver/signal-targets.ts';
import { cutoffOf, type Day, type Instant } from '../time.ts';
import { selectInForce } from './as-of.ts';
import type { Queryable } from './client.ts';

/** Which signals to count, and up to which moment moves are known. */
export interface TrackRecordFilter {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  readonly modelVersion?: string | undefined;
  readonly asOf: Instant;
}

/** How a signal did, with what it was held against. */
export interface TrackRecordView extends TrackRecord {
  readonly signalId: string;
  readonly agent: AgentName;
  readonly axis: string;
  readonly modelVersion: string;
  readonly target: SignalTarget | null;
  /** Why there is no target. */
  readonly reason: string | null;
}

const MOVES = {
  log_return: (entry: number, exit: number) => 100 * Math.log(exit / entry),
  change: (entry: number, exit: number) => 10_000 * (exit - entry),
} as const;

/** Values of a target as they were known at a moment, ascending. */
async function listTargetValues(db: Queryable, target: SignalTarget, asOf: Instant): Promise<TargetValue[]> {
  const inForce =
    target.kind === 'price'
      ? selectInForce({
          from: sql`silver_price`,
          columns: sql`session_date::text as date, price as value`,
          column: 'known_at',
          identity: sql`session_date`,
          where: sql`instrument = ${target.key}`,
          asOf,
        })
      : selectInForce({
          from: sql`silver_curve_point`,
          columns: sql`curve_date::text as date, value`,
          column: 'known_at',
          identity: sql`curve_date`,
          where: sql`curve_id = ${target.key} and tenor = ${target.tenor} and method <> 'observed'`,
          asOf,
        });
  const result = await db.execute<{ date: Day; value: number | null }>(inForce);
  return result.rows.flatMap(({ date, value }) => (value === null ? [] : [{ date, value }]));
}

interface SignalOrigin extends Record<string, unknown> {
  readonly agent: AgentName;
  readonly axis: string;
}

async function findOrigin(db: Queryable, signalId: string): Promise<SignalOrigin | null> {
  const result = await db.execute<SignalOrigin>(sql`
    select agent, axis from signals where signal_id = ${signalId} order by partition desc limit 1`);
  return result.rows[0] ?? null;
}

/** Partitions on which a signal spoke, by the newest report of each; ascending. */
async function listSpoken(
  db: Queryable,
  signalId: string,
  modelVersion: string,
  { from, to, asOf }: TrackRecordFilter,
): Promise<SpokenSignal[]> {
  const result = await db.execute<SpokenSignal & Record<string, unknown>>(sql`
    select s.partition::text as partition, s.direction, s.horizon_days as "horizonDays" from signals s
    where s.signal_id = ${signalId} and s.model_version = ${modelVersion}
      and s.status = 'OK' and s.direction in ('LONG', 'SHORT')
      and ${from === undefined ? sql`true` : sql`s.partition >= ${from}`}
      and ${to === undefined ? sql`true` : sql`s.partition <= ${to}`}
      and s.revision = (
        select max(revision) from agent_reports r
        where r.agent = s.agent and r.partition = s.partition and r.model_version = s.model_version)
    order by s.partition`);
  return result.rows.filter(({ partition }) => cutoffOf(partition) <= asOf);
}

/**
 * The track record of a signal from what was known at a moment; null when nobody has ever emitted it. A move counts when
 * everything of its last session was known then. Signals are those of the newest reports, whenever they were computed: a
 * partition of the past was computed from what its cutoff knew.
 */
export async function findTrackRecord(
  db: Queryable,
  signalId: string,
  filter: TrackRecordFilter,
): Promise<TrackRecordView | null> {
  const origin = await findOrigin(db, signalId);
  if (origin === null) return null;
  const { agent, axis } = origin;
  const modelVersion = filter.modelVersion ?? CURRENT_VERSIONS[agent];
  const { target, reason } = findTarget(signalId, axis);
  const spoken = await listSpoken(db, signalId, modelVersion, filter);
  const record = measureTrackRecord(target === null ? [] : spoken, {
    calendar: getCalendar(target?.calendar ?? 'WEEKDAYS'),
    values: target === null ? [] : await listTargetValues(db, target, filter.asOf),
    moveOf: MOVES[target?.move ?? 'change'],
    isOver: (session) => cutoffOf(session) <= filter.asOf,
  });
  return { signalId, agent, axis, modelVersion, target, reason, ...record, spoke: spoken.length };
}
