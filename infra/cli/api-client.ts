import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

const SECOND = 1_000;
const TIMEOUT_MS = 30 * SECOND;
const RECONNECT_MS = 60 * SECOND;

const Counts = z.record(z.string(), z.number());

const CreatedBackfillSchema = z.object({
  id: z.string(),
  partitions: z.number(),
  runs: z.number(),
  state: z.string(),
  tasks: z.number(),
});

const BackfillSchema = z.object({
  id: z.string(),
  partitions: z.object({ done: z.number(), total: z.number() }),
  requests: Counts,
  state: z.string(),
  tasks: Counts,
});

const RunSchema = z.object({
  id: z.string(),
  state: z.string(),
  tasks: z
    .array(z.looseObject({ asset: z.string(), state: z.string() }))
    .optional()
    .catch(undefined),
});

const PartitionSummarySchema = z.object({
  asset: z.string(),
  degraded: z.number(),
  failed: z.number(),
  fresh: z.number(),
  missing: z.number(),
  noDataExpected: Counts,
});

const SignalSchema = z.object({
  agent: z.string(),
  confidence: z.union([z.number(), z.string()]).nullable(),
  direction: z.string().nullable(),
  partition: z.string(),
  reason: z.string().nullable(),
  signalId: z.string(),
  status: z.string(),
  strength: z.union([z.number(), z.string()]).nullable(),
  unit: z.string().nullable(),
  value: z.union([z.number(), z.string()]).nullable(),
});

const AgentReportSchema = z.looseObject({
  agent: z.string(),
  coverage: z.number(),
  dataQualityFlags: z.array(z.string()),
  modelVersion: z.string(),
  narrative: z.string(),
  partition: z.string(),
  revision: z.number(),
  signals: z.array(SignalSchema),
  status: z.string(),
  versions: z.array(z.string()),
});

const CheckResultSchema = z.looseObject({
  check: z.string(),
  dates: z.array(z.string()),
  key: z.string(),
  observed: z.string(),
  severity: z.string(),
  status: z.string(),
});

const OverrideSchema = z.object({
  check: z.string(),
  from: z.string(),
  heldDates: z.array(z.string()),
  id: z.number(),
  key: z.string(),
  to: z.string(),
  windows: z.array(z.object({ from: z.string(), id: z.string(), key: z.string(), to: z.string() })),
});

/** Result of one data-quality check of one key; the fields that the tables show. */
export type CheckResult = z.infer<typeof CheckResultSchema>;

/** An accepted override, with the windows that will be read again. */
export type Override = z.infer<typeof OverrideSchema>;

/** Answer to a new backfill: counts of what it has to do. */
export type CreatedBackfill = z.infer<typeof CreatedBackfillSchema>;

/** State of a backfill: materializations done and in all, tasks by state, requests by provider. */
export type Backfill = z.infer<typeof BackfillSchema>;

/** State of a run, with its tasks where one run was asked for. */
export type Run = z.infer<typeof RunSchema>;

/** One asset over a range of partitions: how many are in which state. */
export type PartitionSummary = z.infer<typeof PartitionSummarySchema>;

/** The report of an agent for one partition. */
export type AgentReport = z.infer<typeof AgentReportSchema>;

/** One signal of an agent for one partition. */
export type Signal = z.infer<typeof SignalSchema>;

/** Thrown when the API answers with an error; carries the status and the text of the problem document. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(request: string, status: number, detail: string) {
    super(`${request} answered ${status}: ${detail}`);
    this.status = status;
  }
}

/** Where the API is, and the key to it if it asks for one. */
export interface ApiClient {
  baseUrl: string;
  apiKey?: string | undefined;
  signal?: AbortSignal | undefined;
}

function describeProblem(text: string): string {
  try {
    const problem = z.object({ detail: z.string().optional(), title: z.string() }).parse(JSON.parse(text));
    return problem.detail ?? problem.title;
  } catch {
    return text.slice(0, 300);
  }
}

async function send(client: ApiClient, method: string, path: string, body?: unknown): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  return fetch(new URL(path, client.baseUrl), {
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(client.apiKey ? { authorization: `Bearer ${client.apiKey}` } : {}),
    },
    method,
    signal: client.signal ? AbortSignal.any([client.signal, timeout]) : timeout,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/**
 * Sends one request and returns the JSON of its answer. A read that finds no API, or an API that waits for its database, is
 * repeated for a minute: one of them may just be starting again.
 *
 * @throws ApiError for a status of 400 or more; TypeError when the API cannot be reached.
 */
export async function requestJson(
  client: ApiClient,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const deadlineMs = Date.now() + (method === 'GET' ? RECONNECT_MS : 0);
  for (;;) {
    try {
      const response = await send(client, method, path, body);
      const text = await response.text();
      if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, describeProblem(text));
      return JSON.parse(text);
    } catch (error) {
      client.signal?.throwIfAborted();
      const isRefused = error instanceof ApiError && error.status < 500;
      if (isRefused || Date.now() >= deadlineMs) throw error;
      await sleep(500, undefined, { signal: client.signal });
    }
  }
}

/** What a backfill may be asked for (`POST /v1/backfills`). */
export interface BackfillRequest {
  from: string;
  to: string;
  assets?: string[] | undefined;
  only?: string | undefined;
  slice?: string | undefined;
  maxConcurrentRuns?: number | undefined;
  order?: string | undefined;
  dryRun?: boolean | undefined;
}

/** Requests a backfill. */
export async function createBackfill(client: ApiClient, request: BackfillRequest): Promise<CreatedBackfill> {
  return CreatedBackfillSchema.parse(await requestJson(client, 'POST', '/v1/backfills', request));
}

/** Requests a run of one partition. */
export async function createRun(
  client: ApiClient,
  request: { partition: string; assets?: string[] | undefined },
): Promise<Run> {
  return RunSchema.parse(await requestJson(client, 'POST', '/v1/runs', request));
}

/** Reads a run with its tasks. */
export async function getRun(client: ApiClient, id: string): Promise<Run> {
  return RunSchema.parse(await requestJson(client, 'GET', `/v1/runs/${encodeURIComponent(id)}`));
}

/** Reads the state of a backfill. */
export async function getBackfill(client: ApiClient, id: string): Promise<Backfill> {
  return BackfillSchema.parse(await requestJson(client, 'GET', `/v1/backfills/${encodeURIComponent(id)}`));
}

/** Asks for a change of a backfill and returns its state after it. */
export async function changeBackfill(client: ApiClient, path: string, request: unknown): Promise<Backfill> {
  return BackfillSchema.parse(await requestJson(client, 'POST', path, request));
}

/** Counts the partitions of a range by asset and state. */
export async function summarizePartitions(
  client: ApiClient,
  from: string,
  to: string,
): Promise<PartitionSummary[]> {
  const path = `/v1/partitions?${new URLSearchParams({ from, summary: 'true', to }).toString()}`;
  return z.object({ data: z.array(PartitionSummarySchema) }).parse(await requestJson(client, 'GET', path))
    .data;
}

/** Which signals to list; absent: all agents, the current model versions. */
export interface SignalQuery {
  readonly agent?: string | undefined;
  readonly modelVersion?: string | undefined;
}

/** Lists the signals of a range of partitions. */
export async function listSignals(
  client: ApiClient,
  from: string,
  to: string,
  { agent, modelVersion }: SignalQuery = {},
): Promise<Signal[]> {
  const signals: Signal[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({
      from,
      to,
      ...(agent === undefined ? {} : { agent }),
      ...(modelVersion === undefined ? {} : { modelVersion }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const answer = await requestJson(client, 'GET', `/v1/signals?${query.toString()}`);
    const page = z.object({ data: z.array(SignalSchema), nextCursor: z.string().nullish() }).parse(answer);
    signals.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return signals;
}

/** The report of an agent; of the newest partition and the current model version by default. */
export async function getReport(
  client: ApiClient,
  agent: string,
  wanted: { readonly partition?: string | undefined; readonly modelVersion?: string | undefined },
): Promise<AgentReport> {
  const query = new URLSearchParams(
    Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const path = `/v1/reports/${encodeURIComponent(agent)}?${query.toString()}`;
  return AgentReportSchema.parse(await requestJson(client, 'GET', path));
}

/** Which results of checks to list; absent: all. */
export interface CheckFilter {
  status?: string;
  severity?: string;
  key?: string;
  asset?: string;
  from?: string;
  to?: string;
}

/** Lists the newest results of checks: one page. */
export async function listChecks(
  client: ApiClient,
  filter: CheckFilter,
): Promise<{ data: CheckResult[]; nextCursor?: string | null | undefined }> {
  const query = new URLSearchParams({ ...filter });
  const answer = await requestJson(client, 'GET', `/v1/checks?${query.toString()}`);
  return z.object({ data: z.array(CheckResultSchema), nextCursor: z.string().nullish() }).parse(answer);
}

/** What an override has to say. */
export interface OverrideRequest {
  key: string;
  check: string;
  from: string;
  to: string;
  reason: string;
  actor: string;
}

/** Takes what a blocking check holds back. */
export async function overrideCheck(client: ApiClient, request: OverrideRequest): Promise<Override> {
  return OverrideSchema.parse(await requestJson(client, 'POST', '/v1/checks/overrides', request));
}
