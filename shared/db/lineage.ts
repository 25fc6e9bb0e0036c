import { sql, type SQL } from 'drizzle-orm';
import type { OutputSource, SignalInput } from '../contract/signals.ts';
import { findSource, readOutput } from '../output-source.ts';
import { codeVersionOf } from '../pipeline/code-version.ts';
import { addUpstreams } from '../pipeline/flow-plan.ts';
import { graph, type AgentName, type AssetName, type BronzeName } from '../pipeline/graph.ts';
import { cutoffOf, previousWeekday, type Day, type Instant } from '../time.ts';
import { becameKnown } from './as-of.ts';
import type { Database, Queryable } from './client.ts';
import { traceInputs, type Excerpt, type InputLineage } from './input-lineage.ts';
import { isoText } from './iso-text.ts';
import { excerptPayloads, listPayloads, type PayloadView } from './payload-view.ts';
import { findReport, listSignals, type SignalView } from './signal-list.ts';
import { selectStaleCauses, type StaleCause } from './staleness.ts';

/** Why an outcome is stale, and which asset says so; null for its own code. */
export interface StaleReason {
  readonly cause: StaleCause;
  readonly asset: AssetName | null;
}

/** The outcome of a partition with what it was made by and from. */
export interface MaterializationView {
  readonly asset: AssetName;
  readonly partition: Day;
  readonly id: number;
  readonly state: 'fresh' | 'no_data_expected' | 'failed';
  readonly reason: string | null;
  readonly degraded: boolean;
  readonly rows: number;
  /** Empty when it is not known. */
  readonly codeVersion: string;
  /** The version that the code has now. */
  readonly currentCodeVersion: string;
  readonly cutoff: string | null;
  readonly materializedAt: string;
  readonly runId: string;
  readonly taskId: string;
  /** Outcomes of its upstreams when it was computed. */
  readonly upstreamIds: readonly number[];
  readonly stale: boolean;
  readonly staleBecause: readonly StaleReason[];
}

/** The outcome of a partition and those of everything upstream of it, upstreams first; what is missing is left out. */
export async function listMaterializations(
  db: Queryable,
  asset: AssetName,
  partition: Day,
): Promise<MaterializationView[]> {
  const assets = addUpstreams([asset]);
  const result = await db.execute<
    Omit<MaterializationView, 'upstreamIds' | 'stale' | 'staleBecause' | 'currentCodeVersion'> &
      Record<string, unknown> & { upstream_ids: string[]; causes: StaleReason[] | null }
  >(sql`
    select m.asset, m.partition::text as partition, m.id::float8 as id, m.state, m.reason, m.degraded, m.rows,
      m.code_version as "codeVersion", ${isoText(sql`m.cutoff`)} as cutoff,
      ${isoText(sql`m.materialized_at`)} as "materializedAt", m.run_id as "runId", m.task_id as "taskId",
      m.upstream_ids, stale.causes
    from materializations m
    left join (
      select asset, jsonb_agg(jsonb_build_object('cause', cause, 'asset', upstream) order by cause, upstream) as causes
      from (${selectStaleCauses({ from: partition, to: partition, assets })}) causes group by asset
    ) stale on stale.asset = m.asset
    where m.partition = ${partition} and m.asset = any(${sql.param(assets)}::text[])
    order by array_position(${sql.param([...graph.names])}::text[], m.asset)`);
  return result.rows.map(({ upstream_ids: upstreamIds, causes, ...row }) => ({
    ...row,
    currentCodeVersion: codeVersionOf(row.asset),
    upstreamIds: upstreamIds.map(Number),
    stale: causes !== null,
    staleBecause: causes ?? [],
  }));
}

/** A key of a provider and what the task of an outcome did with it. */
export interface KeyView {
  readonly key: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly fromDate: Day | null;
  readonly toDate: Day | null;
  readonly windows: number;
  readonly inserted: number;
  readonly revised: number;
}

/** Rows of a bronze asset that became known in a partition. */
const factsKnownIn = (assets: readonly BronzeName[], partition: Day): SQL => sql`
  select facts.* from (${sql.raw(
    ['observations', 'bars', 'fixings', 'curve_points', 'corporate_actions']
      .map((table) => `select key, release_time, payload_id from ${table}`)
      .join(' union all '),
  )}) facts join series on series.key = facts.key
  where series.asset = any(${sql.param([...assets])}::text[])
    and ${becameKnown('release_time', cutoffOf(previousWeekday(partition)), cutoffOf(partition))}`;

async function countKnown(
  db: Queryable,
  assets: readonly BronzeName[],
  partition: Day,
): Promise<{ asset: BronzeName; rows: number }[]> {
  const result = await db.execute<{ asset: BronzeName; rows: number }>(sql`
    select series.asset, count(*)::int as rows from (${factsKnownIn(assets, partition)}) known
    join series on series.key = known.key group by series.asset`);
  const counts = new Map(result.rows.map(({ asset, rows }) => [asset, rows]));
  return assets.map((asset) => ({ asset, rows: counts.get(asset) ?? 0 }));
}

/** What a bronze partition was made of: keys of its task, and the answers of that task and behind the rows that became known. */
export async function traceBronze(
  db: Queryable,
  { asset, partition, taskId }: MaterializationView,
): Promise<{ keys: KeyView[]; payloads: Excerpt<PayloadView> }> {
  const keys = await db.execute<KeyView & Record<string, unknown>>(sql`
    select key, outcome, reason, from_date::text as "fromDate", to_date::text as "toDate", windows, inserted, revised
    from task_keys where task_id = ${taskId} order by key`);
  const payloads = await excerptPayloads(
    db,
    sql`select id from payloads where task_id = ${taskId}
      union select payload_id from (${factsKnownIn([asset as BronzeName], partition)}) known where payload_id is not null`,
  );
  return { keys: keys.rows, payloads };
}

/** What a silver partition was made of: rows of its upstreams that became known in it, and the answers behind them. */
export async function traceSilver(
  db: Queryable,
  { asset, partition }: MaterializationView,
): Promise<{ sources: { asset: BronzeName; rows: number }[]; payloads: Excerpt<PayloadView> }> {
  const upstreams = graph.assets[asset].reads as readonly BronzeName[];
  const payloads = await excerptPayloads(
    db,
    sql`select payload_id from (${factsKnownIn(upstreams, partition)}) known where payload_id is not null`,
  );
  return { sources: await countKnown(db, upstreams, partition), payloads };
}

/** A signal with what each of its inputs was made of. */
export interface SignalLineage extends Omit<SignalView, 'agent' | 'partition' | 'inputs'> {
  readonly inputs: readonly (SignalView['inputs'][number] & InputLineage)[];
}

/** An output of a report with what each of its inputs was made of. */
export interface OutputLineage extends Omit<OutputSource, 'inputs'> {
  readonly value: unknown;
  readonly inputs: readonly (SignalInput & InputLineage)[];
}

/** What of an agent's partition is traced: everything, one signal or one output; as it was stored by a moment. */
export interface TraceFilter {
  readonly signal?: string | undefined;
  /** Path of the output, or of something in it. */
  readonly output?: string | undefined;
  /** @default the current one */
  readonly modelVersion?: string | undefined;
  /** @default now */
  readonly asOf?: Instant | undefined;
}

/** An agent has fewer signals than this. */
const MOST_SIGNALS = 100;

async function findSignals(
  db: Database,
  agent: AgentName,
  partition: Day,
  { signal, output, modelVersion, asOf }: TraceFilter,
): Promise<SignalView[]> {
  if (signal === undefined && output !== undefined) return [];
  const range = { agent, from: partition, to: partition, limit: MOST_SIGNALS };
  const all = await listSignals(db, { ...range, modelVersion, asOf });
  return all.filter(({ signalId }) => signal === undefined || signalId === signal);
}

async function findOutputs(
  db: Database,
  agent: AgentName,
  partition: Day,
  { signal, output, modelVersion, asOf }: TraceFilter,
): Promise<(OutputSource & { readonly value: unknown })[]> {
  if (output === undefined && signal !== undefined) return [];
  const report = await findReport(db, agent, { partition, modelVersion, asOf });
  if (report === null) return [];
  const wanted = output === undefined ? undefined : findSource(report.outputSources, output);
  const sources = output === undefined ? report.outputSources : wanted === undefined ? [] : [wanted];
  return sources.map((source) => ({ ...source, value: readOutput(report.outputs, source.path) ?? null }));
}

const nameInput = ({ key, lastPeriod, releaseTime }: SignalInput): string =>
  `${key} ${lastPeriod} ${releaseTime}`;

/** The signals and outputs of an agent's partition, or those that are wanted, down to the answers of the providers. */
export async function traceReport(
  db: Database,
  agent: AgentName,
  partition: Day,
  filter: TraceFilter = {},
): Promise<{ signals: SignalLineage[]; outputs: OutputLineage[]; payloads: Excerpt<PayloadView> }> {
  const signals = await findSignals(db, agent, partition, filter);
  const outputs = await findOutputs(db, agent, partition, filter);
  // Signals and outputs rest on the same values again and again: each is followed once.
  const named = new Map(
    [...signals, ...outputs].flatMap(({ inputs }) => inputs.map((input) => [nameInput(input), input])),
  );
  const traced = await traceInputs(db, [...named.values()]);
  const lineageOf = new Map([...named.keys()].map((name, place) => [name, traced[place]!]));
  const trace = <Input extends SignalInput>(inputs: readonly Input[]) =>
    inputs.map((input) => ({ ...input, ...lineageOf.get(nameInput(input))! }));
  return {
    signals: signals.map(({ agent: _agent, partition: _partition, ...signal }) => ({
      ...signal,
      inputs: trace(signal.inputs),
    })),
    outputs: outputs.map((output) => ({ ...output, inputs: trace(output.inputs) })),
    payloads: await listPayloads(db, [...new Set(traced.flatMap((one) => one.payloadIds))]),
  };
}
