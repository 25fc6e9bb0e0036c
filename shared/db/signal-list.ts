import { and, desc, eq, lte, sql } from 'drizzle-orm';
import type { OutputSource, SignalInput } from '../contract/signals.ts';
import type { SignalDirection, SignalStatus, SignalStrength } from '../numeric/composite.ts';
import { CURRENT_VERSIONS } from '../pipeline/agent-versions.ts';
import { AGENT_NAMES, graph, type AgentName } from '../pipeline/graph.ts';
import { toIso, type Day, type Instant } from '../time.ts';
import type { Database, Queryable } from './client.ts';
import { agentReports } from './schema.ts';
import type { ReportRecord } from './signals.ts';

/** A signal as people see it: of the newest revision of a model version. */
export interface SignalView {
  readonly signalId: string;
  readonly agent: AgentName;
  readonly partition: Day;
  readonly axis: string;
  readonly direction: SignalDirection;
  readonly strength: SignalStrength;
  readonly confidence: number;
  readonly value: number | null;
  readonly unit: string;
  readonly horizonDays: number;
  readonly status: SignalStatus;
  readonly reason: string | null;
  readonly inputs: readonly SignalInput[];
  readonly proxies: readonly string[];
  readonly modelVersion: string;
}

/** Where a page of signals ended. */
export type SignalPlace = readonly [partition: Day, agent: AgentName, signalId: string];

/** Which signals to list: by partition, agent in the order of the graph, id. */
export interface SignalFilter {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  readonly agent?: AgentName | undefined;
  /** Another model version than the current one of each agent. */
  readonly modelVersion?: string | undefined;
  /** Nothing that was stored later; everything by default. */
  readonly asOf?: Instant | undefined;
  readonly after?: SignalPlace | undefined;
  readonly limit: number;
}

/**
 * Signals of the newest report of each agent and partition, of the current model versions unless the filter names one. A
 * signal that a newer revision no longer emits is not among them.
 */
export async function listSignals(db: Queryable, filter: SignalFilter): Promise<SignalView[]> {
  const { from, to, agent, modelVersion, asOf, after, limit } = filter;
  const versions = AGENT_NAMES.map((name) => modelVersion ?? CURRENT_VERSIONS[name]);
  const order = sql`array_position(${sql.param([...graph.names])}::text[], s.agent)`;
  const place = (item: SignalPlace) =>
    sql`(${item[0]}::date, ${graph.names.indexOf(item[1]) + 1}, ${item[2]}::text)`;
  const result = await db.execute<SignalView & Record<string, unknown>>(sql`
    select s.signal_id as "signalId", s.agent, s.partition::text, s.axis, s.direction, s.strength, s.confidence, s.value,
      s.unit, s.horizon_days as "horizonDays", s.status, s.reason, s.inputs, s.proxies, s.model_version as "modelVersion"
    from (
      select distinct on (partition, agent) partition, agent, model_version, revision
      from agent_reports
      where (agent, model_version) in (
        select * from unnest(${sql.param([...AGENT_NAMES])}::text[], ${sql.param(versions)}::text[]))
        and ${asOf === undefined ? sql`true` : sql`created_at <= ${toIso(asOf)}`}
        and ${from === undefined ? sql`true` : sql`partition >= ${from}`}
        and ${to === undefined ? sql`true` : sql`partition <= ${to}`}
        and ${agent === undefined ? sql`true` : sql`agent = ${agent}`}
        and ${after === undefined ? sql`true` : sql`partition >= ${after[0]}`}
      order by partition, agent, revision desc) newest
    join signals s using (partition, agent, model_version, revision)
    where ${after === undefined ? sql`true` : sql`(s.partition, ${order}, s.signal_id) > ${place(after)}`}
    order by s.partition, ${order}, s.signal_id limit ${limit}`);
  return result.rows;
}

/** A report as people see it, without its signals. */
export interface ReportView {
  readonly agent: AgentName;
  readonly partition: Day;
  readonly modelVersion: string;
  readonly revision: number;
  readonly status: ReportRecord['status'];
  /** Share of the signals whose model ran, 0 to 1. */
  readonly coverage: number;
  readonly narrative: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What the outputs rest on; empty where it was not recorded. */
  readonly outputSources: readonly OutputSource[];
  readonly diagnostics: Readonly<Record<string, unknown>>;
  readonly dataQualityFlags: readonly string[];
  readonly createdAt: string;
}

/**
 * The newest revision of an agent's report for a partition, or for the newest partition that has one, of the current model
 * version unless the filter names one; null without any.
 */
export async function findReport(
  db: Database,
  agent: AgentName,
  filter: {
    readonly partition?: Day | undefined;
    readonly modelVersion?: string | undefined;
    readonly asOf?: Instant | undefined;
  },
): Promise<ReportView | null> {
  const { partition, modelVersion = CURRENT_VERSIONS[agent], asOf } = filter;
  const [row] = await db
    .select()
    .from(agentReports)
    .where(
      and(
        eq(agentReports.agent, agent),
        eq(agentReports.modelVersion, modelVersion),
        asOf === undefined ? undefined : lte(agentReports.createdAt, new Date(asOf)),
        partition === undefined ? undefined : eq(agentReports.partition, partition),
      ),
    )
    .orderBy(desc(agentReports.partition), desc(agentReports.revision))
    .limit(1);
  if (row === undefined) return null;
  const { contentHash: _hash, taskId: _task, createdAt, ...report } = row;
  return {
    ...report,
    agent,
    status: row.status as ReportRecord['status'],
    createdAt: createdAt.toISOString(),
  };
}

/** A report without what it says. */
export type ReportName = Pick<
  ReportView,
  'agent' | 'partition' | 'modelVersion' | 'revision' | 'status' | 'coverage' | 'createdAt'
>;

/** The newest report of each agent, of the current model versions, in the order of the graph. */
export async function listNewestReports(db: Database): Promise<ReportName[]> {
  const found = await Promise.all(AGENT_NAMES.map((agent) => findReport(db, agent, {})));
  return found.flatMap((report) => {
    if (report === null) return [];
    const { agent, partition, modelVersion, revision, status, coverage, createdAt } = report;
    return [{ agent, partition, modelVersion, revision, status, coverage, createdAt }];
  });
}

/** The model versions that an agent has stored reports of, for a partition or for any, ascending. */
export async function listReportVersions(
  db: Database,
  agent: AgentName,
  partition: Day | undefined,
): Promise<string[]> {
  const rows = await db
    .selectDistinct({ modelVersion: agentReports.modelVersion })
    .from(agentReports)
    .where(
      and(
        eq(agentReports.agent, agent),
        partition === undefined ? undefined : eq(agentReports.partition, partition),
      ),
    )
    .orderBy(agentReports.modelVersion);
  return rows.map(({ modelVersion }) => modelVersion);
}
