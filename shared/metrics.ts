import type { RequestHandler } from 'express';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CheckResult } from './checks/run-checks.ts';
import { graph, type AssetName } from './pipeline/graph.ts';
import type { KeyOutcome } from './pipeline/handler.ts';
import { PROVIDER_HOSTS } from './queues/hosts.ts';
import type { RequestOutcome } from './http-outcome.ts';
import { SECOND } from './time.ts';

/*
 * What a process counts about itself. Every label has few values that are known before: assets, hosts, checks, routes. Ids,
 * partitions and keys are in the logs and in the ledger.
 */

const registry = new Registry();
const registers = [registry];

/** What became of one attempt at a task; `superseded`: it was not its turn any more and wrote nothing. */
const ATTEMPT_OUTCOMES = [
  'succeeded',
  'failed',
  'skipped',
  'retrying',
  'postponed',
  'released',
  'superseded',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

const REQUEST_OUTCOMES = ['answered', 'failed', 'throttled', 'aborted'] as const satisfies readonly [
  RequestOutcome['kind'],
  ...RequestOutcome['kind'][],
];

const taskAttempts = new Counter({
  name: 'macro_task_attempts_total',
  help: 'Attempts at tasks that have ended, by asset and outcome',
  labelNames: ['asset', 'outcome'],
  registers,
});

const taskSeconds = new Histogram({
  name: 'macro_task_attempt_seconds',
  help: 'Time from the claim of a task to the end of the attempt',
  labelNames: ['asset'],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_200],
  registers,
});

const ingestRows = new Counter({
  name: 'macro_ingest_rows_total',
  help: 'Rows that bronze tasks committed or refused, by asset and outcome',
  labelNames: ['asset', 'outcome'],
  registers,
});

const checkResults = new Counter({
  name: 'macro_check_results_total',
  help: 'Results of data checks of single keys, by check, severity and status',
  labelNames: ['check', 'severity', 'status'],
  registers,
});

const providerRequests = new Counter({
  name: 'macro_provider_requests_total',
  help: 'Requests sent to providers, by host and outcome',
  labelNames: ['host', 'outcome'],
  registers,
});

const providerSeconds = new Histogram({
  name: 'macro_provider_request_seconds',
  help: 'Time from sending a request to the whole answer or the failure',
  labelNames: ['host'],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  registers,
});

const budgetSeconds = new Histogram({
  name: 'macro_provider_budget_wait_seconds',
  help: 'Time that a request waited for the budget and the circuit of its host',
  labelNames: ['host'],
  buckets: [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  registers,
});

const httpSeconds = new Histogram({
  name: 'macro_http_request_seconds',
  help: 'Requests that the API answered, by method, route and status; streams of events are left out',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers,
});

const pools = new Map<Pool, { readonly name: string; readonly max: number }>();

function collectPools(gauge: Gauge, measure: (pool: Pool) => Readonly<Record<string, number>>): void {
  gauge.reset();
  for (const [pool, { name }] of pools)
    for (const [state, value] of Object.entries(measure(pool))) gauge.inc({ pool: name, state }, value);
}

registry.registerMetric(
  new Gauge({
    name: 'macro_pg_connections',
    help: 'Connections to PostgreSQL by pool; waiting: requests for one that have none yet; limit: the most there may be',
    labelNames: ['pool', 'state'],
    registers: [],
    collect() {
      collectPools(this, (pool) => ({
        in_use: pool.totalCount - pool.idleCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
        limit: pools.get(pool)?.max ?? 0,
      }));
    },
  }),
);

/** Counts the connections of a pool from now on. @returns what to call when it is closed */
export function watchPool(pool: Pool, name: string, max: number): () => void {
  pools.set(pool, { name, max });
  return () => void pools.delete(pool);
}

/** Makes the counters of a worker's assets visible before the first task, so that its first increase is seen. */
export function announceTasks(assets: readonly AssetName[]): void {
  for (const asset of assets) {
    for (const outcome of ATTEMPT_OUTCOMES) taskAttempts.inc({ asset, outcome }, 0);
    taskSeconds.zero({ asset });
    if (graph.assets[asset].layer !== 'bronze') continue;
    for (const outcome of Object.keys(splitRows([]))) ingestRows.inc({ asset, outcome }, 0);
  }
  if (!assets.some((asset) => graph.assets[asset].layer === 'bronze')) return;
  for (const host of Object.keys(PROVIDER_HOSTS)) {
    for (const outcome of REQUEST_OUTCOMES) providerRequests.inc({ host, outcome }, 0);
    providerSeconds.zero({ host });
    budgetSeconds.zero({ host });
  }
}

/** Counts an attempt that has ended. */
export function countAttempt(asset: AssetName, outcome: AttemptOutcome): void {
  taskAttempts.inc({ asset, outcome });
}

/** Times an attempt. @returns what to call when it has ended */
export function timeAttempt(asset: AssetName): () => void {
  return taskSeconds.startTimer({ asset });
}

/** Rows of keys by what became of them, each counted once. */
function splitRows(keys: readonly KeyOutcome[]): Readonly<Record<string, number>> {
  const sum = (count: (key: KeyOutcome) => number): number =>
    keys.reduce((total, key) => total + count(key), 0);
  return {
    new: sum(({ inserted, revised }) => inserted - revised),
    revised: sum(({ revised }) => revised),
    unchanged: sum(({ unchanged }) => unchanged),
    rejected: sum(({ rejected }) => rejected),
    held: sum(({ held }) => held),
  };
}

/** Counts the rows of a bronze task that is committed. */
export function countIngest(asset: AssetName, keys: readonly KeyOutcome[]): void {
  for (const [outcome, rows] of Object.entries(splitRows(keys)))
    ingestRows.inc({ asset, outcome }, Math.max(0, rows));
}

/** Counts what checks found. */
export function countChecks(results: readonly Pick<CheckResult, 'check' | 'severity' | 'status'>[]): void {
  for (const { check, severity, status } of results) checkResults.inc({ check, severity, status });
}

/** Counts a request to a provider that has ended. Times in milliseconds. */
export function countRequest(
  host: string,
  kind: RequestOutcome['kind'],
  times: { readonly waitedMs: number; readonly latencyMs: number },
): void {
  const known = Object.hasOwn(PROVIDER_HOSTS, host) ? host : 'other';
  providerRequests.inc({ host: known, outcome: kind });
  providerSeconds.observe({ host: known }, times.latencyMs / SECOND);
  budgetSeconds.observe({ host: known }, times.waitedMs / SECOND);
}

/** Counts an answer of the API. `route` is the pattern of the address, never the address itself. */
export function countAnswer(
  answer: { readonly method: string; readonly route: string; readonly status: number },
  durationMs: number,
): void {
  httpSeconds.observe({ ...answer, status: String(answer.status) }, durationMs / SECOND);
}

/** Counts what Node.js tells of this process: processor time, memory, event-loop lag. Call once. */
export function measureProcess(): void {
  collectDefaultMetrics({ register: registry });
}

/** Answers `GET /metrics` with what this process counts, and with what `readMore` gives. */
export function answerMetrics(readMore?: () => Promise<Registry>): RequestHandler {
  return async (_request, response) => {
    const metrics = readMore === undefined ? registry : Registry.merge([registry, await readMore()]);
    response.set({ 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' });
    response.end(await metrics.metrics());
  };
}
