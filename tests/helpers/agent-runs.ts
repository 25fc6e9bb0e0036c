import { sql } from 'drizzle-orm';
import { createHandlers } from '../../services/agents/handlers.ts';
import type { DatabaseHandle } from '../../shared/db/client.ts';
import { createReader } from '../../shared/db/reader.ts';
import { createLogger } from '../../shared/logger.ts';
import { AGENT_NAMES, type AgentName } from '../../shared/pipeline/graph.ts';
import type { Commit } from '../../shared/pipeline/handler.ts';
import { cutoffOf, type Day } from '../../shared/time.ts';
import { replayHttp } from './replay-http.ts';

/** What became of the partitions of each agent. */
export type AgentCommits = Readonly<Record<AgentName, Commit>>;

/**
 * Runs the five agents, each after those it reads, for these partitions against a database, each in a transaction of its
 * own.
 */
export async function runAgents(
  { db }: DatabaseHandle,
  partitions: readonly Day[],
  candidates: Parameters<typeof createHandlers>[0] = {},
): Promise<AgentCommits> {
  const handlers = createHandlers(candidates);
  const commits = {} as Record<AgentName, Commit>;
  for (const asset of AGENT_NAMES) {
    const prepared = await handlers[asset]({
      asset,
      taskId: '00000000-0000-4000-8000-000000000000',
      runId: '00000000-0000-4000-8000-000000000000',
      runKind: 'backfill',
      isLastAttempt: true,
      canPostpone: () => true,
      requestedAt: 0,
      historyFrom: partitions[0]!,
      partitions,
      read: createReader(db, asset),
      http: { ...replayHttp, observedBy: () => replayHttp },
      log: createLogger('test', 'silent'),
      signal: new AbortController().signal,
      now: () => cutoffOf(partitions.at(-1)!),
      breathe: () => Promise.resolve(),
    });
    commits[asset] = await db.transaction((tx) => prepared.commit(tx));
  }
  return commits;
}

/** Forgets every report and signal. */
export async function emptyReports({ db }: DatabaseHandle): Promise<void> {
  await db.execute(sql`truncate agent_reports, signals`);
}

/**
 * Every byte that the agents stored for the partitions, but for the moment and the task: one text per agent, partition,
 * model version and revision.
 */
export async function readStoredReports(
  { db }: DatabaseHandle,
  partitions: readonly Day[],
): Promise<ReadonlyMap<string, string>> {
  const stored = await db.execute<{ place: string; body: string }>(sql`
    select concat_ws(' ', partition, agent, model_version, revision) as place,
      (to_jsonb(report) - 'created_at' - 'task_id')::text || coalesce((
        select string_agg((to_jsonb(signal) - 'created_at' - 'task_id')::text, E'\n' order by signal_id)
        from signals signal
        where (signal.agent, signal.partition, signal.model_version, signal.revision)
          = (report.agent, report.partition, report.model_version, report.revision)), '') as body
    from agent_reports report
    where partition = any(${sql.param([...partitions])}::date[])
    order by partition, agent, model_version, revision`);
  return new Map(stored.rows.map(({ place, body }) => [place, body]));
}
