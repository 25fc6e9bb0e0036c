/**
 * Rows per second from recorded bytes to committed rows: through the path that every bronze task takes, and next to it
 * `COPY` and `insert … select from unnest` of the same rows, parsed already, into a bare table.
 *
 * `node bench/ingest.ts`. Starts the servers of the tests (PostgreSQL without fsync). Median of five runs, each into
 * empty tables.
 */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { gateRows } from '../services/bronze/gate.ts';
import { parseRead, type ReadRows } from '../services/bronze/read.ts';
import type {
  BronzeRow,
  Connector,
  FetchWindow,
  KeyDefinition,
  Payload,
  Provider,
} from '../shared/connectors/connector.ts';
import { recordExchange } from '../shared/db/archive.ts';
import type { Database } from '../shared/db/client.ts';
import type { CoveredWindow } from '../shared/db/coverage.ts';
import { FACT_TABLES } from '../shared/db/facts.ts';
import { ingestRows, lockIngest } from '../shared/db/ingest.ts';
import * as schema from '../shared/db/schema.ts';
import { registerSeries } from '../shared/db/series.ts';
import { assetOf } from '../shared/pipeline/providers.ts';
import { listWeekdays } from '../shared/time.ts';
import { AFTERWARDS } from '../tests/helpers/recorded-payload.ts';
import { connectors } from '../tests/helpers/recorded-rows.ts';
import { replayHttp } from '../tests/helpers/replay-http.ts';
import { startTestServers } from '../tests/helpers/servers.ts';
import { createTemplate, dropDatabase, pointToDatabase } from '../tests/helpers/template-database.ts';

const RUNS = 5;
const TODAY = '2026-11-23';
const FIRST = '2010-01-01';

/** A window with the bytes that the provider answered. */
interface RecordedWindow {
  readonly key: KeyDefinition;
  readonly window: FetchWindow;
  readonly payloads: readonly Payload[];
}

/** What is ingested in one transaction. */
interface Dataset {
  readonly name: string;
  readonly connector: Connector;
  readonly windows: readonly RecordedWindow[];
}

async function loadDataset(name: string, provider: Provider, names?: readonly string[]): Promise<Dataset> {
  const connector = connectors[provider];
  const windows: RecordedWindow[] = [];
  for (const key of connector.keys.filter(
    (each) => names?.includes(each.key) ?? each.disabled === undefined,
  )) {
    const request = {
      from: FIRST,
      to: listWeekdays(FIRST, TODAY).at(-1)!,
      mode: 'history',
      today: TODAY,
    } as const;
    for (const window of connector.windows(key, request)) {
      const payloads = await connector.fetch(key, window, replayHttp);
      if (payloads.every(({ replay }) => replay?.outcome === undefined))
        windows.push({ key, window, payloads });
    }
  }
  return { name, connector, windows };
}

/** Where the time of a run goes, in milliseconds. `insert` and `derive` are statements of the ingest. */
const STAGES = ['archive', 'parse', 'checks', 'insert', 'derive', 'rest'] as const;
type Stages = Record<(typeof STAGES)[number], number>;

/** Tells the two long statements of the ingest apart by what they begin with. */
function stageOf(text: string): 'insert' | 'derive' | null {
  if (text.includes('with incoming as')) return 'insert';
  return text.includes('with several as') ? 'derive' : null;
}

/** A connection that adds up how long its inserts and derivations took. */
function timeStatements(client: pg.Client): { insert: number; derive: number } {
  const spent = { insert: 0, derive: 0 };
  const send = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = (async (...args: unknown[]) => {
    const [first] = args;
    const text = typeof first === 'string' ? first : String((first as { text?: string }).text);
    const start = performance.now();
    const result = await send(...args);
    const stage = stageOf(text);
    if (stage !== null) spent[stage] += performance.now() - start;
    return result;
  }) as typeof client.query;
  return spent;
}

async function measure<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}

/** Archives the answers of all windows; the numbers under which they are kept, by window. */
async function archiveAll(
  db: Database,
  { connector, windows }: Dataset,
  taskId: string,
): Promise<number[][]> {
  const ids: number[][] = [];
  for (const { key, window, payloads } of windows) {
    const place = { provider: connector.provider, key: key.key, windowId: window.id, taskId };
    const own: number[] = [];
    for (const answer of payloads) {
      const { part, status } = answer;
      const sent = {
        part,
        host: 'bench',
        sentAt: AFTERWARDS,
        waitedMs: 0,
        latencyMs: 0,
        answer,
        status,
        error: null,
      };
      const id = await recordExchange(db, place, sent);
      if (id !== null) own.push(id);
    }
    ids.push(own);
  }
  return ids;
}

function toCovered(window: FetchWindow, payloadIds: readonly number[]): CoveredWindow {
  return {
    window,
    fetchedAt: AFTERWARDS,
    payloadIds,
    isUnrecorded: false,
    recorded: null,
    isIngested: false,
    requests: payloadIds.length,
  };
}

/** The path of a bronze task, from its answers to the commit. Returns the rows that were parsed. */
async function runTask(client: pg.Client, dataset: Dataset): Promise<{ rows: BronzeRow[]; stages: Stages }> {
  const db = drizzle(client, { schema }) as unknown as Database;
  const { connector, windows } = dataset;
  const asset = assetOf(connector.provider);
  const taskId = randomUUID();
  const spent = timeStatements(client);
  const start = performance.now();
  const [ids, archive] = await measure(() => archiveAll(db, dataset, taskId));
  const timed = await db.transaction(async (tx) => {
    const version = await lockIngest(tx, asset);
    const [reads, parse] = await measure(async () => {
      const found: (RecordedWindow & ReadRows & { parsedWindows: CoveredWindow[] })[] = [];
      for (const [index, each] of windows.entries()) {
        const payloadIds = ids[index] ?? [];
        const read = { key: each.key, window: each.window, payloadIds, seenAt: AFTERWARDS, taskId };
        const rows = await parseRead(tx, connector, read);
        found.push({ ...each, ...rows, parsedWindows: [toCovered(each.window, payloadIds)] });
      }
      return found;
    });
    const context = { asset, connector, taskId, breathe: () => Promise.resolve() };
    const [gated, checks] = await measure(() => gateRows(tx, context, reads));
    const items = gated.flatMap((read) => read.items);
    await ingestRows(tx, asset, version, items);
    return { parse, checks, rows: items.map(({ row }) => row) };
  });
  const total = performance.now() - start;
  const known = { archive, parse: timed.parse, checks: timed.checks, ...spent };
  const rest = total - Object.values(known).reduce((sum, ms) => sum + ms, 0);
  return { rows: timed.rows, stages: { ...known, rest } };
}

/** The rows as a table of texts: the columns that the fact table gets from a parsed row. */
function toTexts(rows: readonly BronzeRow[]): { names: string[]; table: string; texts: (string | null)[][] } {
  const [name] = [...new Set(rows.map(({ table }) => table))];
  if (name === undefined) throw new Error('no rows');
  const { keys, values } = FACT_TABLES[name];
  const names = [...keys, ...values, 'vintage_at', 'rule_release_time', 'rule_release_basis', 'task_id'];
  const taskId = randomUUID();
  const texts = rows.map((row) => {
    const fields: Record<string, unknown> = {
      ...row,
      vintageAt: new Date(row.vintageAt ?? AFTERWARDS).toISOString(),
      ruleReleaseTime: row.releaseTime === null ? null : new Date(row.releaseTime).toISOString(),
      ruleReleaseBasis: row.releaseBasis,
      taskId,
    };
    return names.map((column) => {
      const value = fields[column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())];
      return value === null || value === undefined ? null : String(value as string | number);
    });
  });
  return { names, table: name, texts };
}

/** A table with the columns and types of the fact table, and nothing else: no key, no index, no constraint. */
async function makeBareTable(client: pg.Client, table: string, names: readonly string[]): Promise<string[]> {
  await client.query(`drop table if exists bare`);
  await client.query(`create table bare as select ${names.join(', ')} from ${table} with no data`);
  const types = await client.query<{ type: string }>(
    `select format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = 'bare'::regclass and attnum > 0 order by attnum`,
  );
  return types.rows.map(({ type }) => type);
}

async function runCopy(client: pg.Client, rows: readonly BronzeRow[]): Promise<number> {
  const { names, table } = toTexts(rows.slice(0, 1));
  await makeBareTable(client, table, names);
  const [, ms] = await measure(async () => {
    const lines = toTexts(rows).texts.map((cells) => `${cells.map((cell) => cell ?? '\\N').join('\t')}\n`);
    await pipeline(Readable.from([lines.join('')]), client.query(copyFrom(`copy bare from stdin`)));
  });
  return ms;
}

async function runUnnest(client: pg.Client, rows: readonly BronzeRow[]): Promise<number> {
  const { names, table } = toTexts(rows.slice(0, 1));
  const types = await makeBareTable(client, table, names);
  const [, ms] = await measure(async () => {
    const { texts } = toTexts(rows);
    const columns = names.map((_, index) => texts.map((cells) => cells[index]));
    const arrays = names.map((_, index) => `$${index + 1}::text[]`).join(', ');
    const casts = names.map((column, index) => `${column}::${types[index]}`).join(', ');
    const insert = `insert into bare select ${casts} from unnest(${arrays}) as incoming (${names.join(', ')})`;
    await client.query(insert, columns);
  });
  return ms;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function withConnection<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC -c jit=off' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function printRate(name: string, rows: number, times: readonly number[]): void {
  const ms = median(times);
  const rate = Math.round((rows / ms) * 1_000).toLocaleString('en');
  print(`  ${name.padEnd(28)} ${ms.toFixed(0).padStart(6)} ms ${rate.padStart(9)} rows/s`);
}

async function benchDataset(url: string, dataset: Dataset): Promise<void> {
  const totals: number[] = [];
  const stages: Stages[] = [];
  const copies: number[] = [];
  const unnests: number[] = [];
  let rows: BronzeRow[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await withConnection(url, (client) =>
      client.query(`truncate observations, bars, fixings, curve_points, corporate_actions, bronze_versions, payloads,
        payload_bodies, provider_requests, check_results, rejected_rows`),
    );
    const done = await withConnection(url, (client) => runTask(client, dataset));
    ({ rows } = done);
    stages.push(done.stages);
    totals.push(Object.values(done.stages).reduce((sum, ms) => sum + ms, 0));
    copies.push(await withConnection(url, (client) => runCopy(client, rows)));
    unnests.push(await withConnection(url, (client) => runUnnest(client, rows)));
  }
  const bytes = dataset.windows
    .flatMap(({ payloads }) => payloads)
    .reduce((sum, { body }) => sum + body.length, 0);
  print(
    `\n${dataset.name}: ${rows.length} rows from ${(bytes / 1024).toFixed(0)} KiB in ${dataset.windows.length} windows`,
  );
  printRate('bronze task, bytes to commit', rows.length, totals);
  printRate('COPY into a bare table', rows.length, copies);
  printRate('unnest into a bare table', rows.length, unnests);
  const sum = median(totals);
  const shares = STAGES.map((stage) => {
    const ms = median(stages.map((each) => each[stage]));
    return `${stage} ${((100 * ms) / sum).toFixed(0)} %`;
  });
  print(`  of the task: ${shares.join(', ')}`);
}

const servers = await startTestServers();
const template = await createTemplate(servers.databaseUrl);
const url = pointToDatabase(servers.databaseUrl, template);
try {
  await withConnection(url, (client) => registerSeries(drizzle(client, { schema }) as unknown as Database));
  await withConnection(url, (client) => drizzle(client).execute(sql`analyze`));
  const datasets = [
    await loadDataset('SGS 432, a daily series', 'bcb_sgs', ['BR_SELIC_TARGET']),
    await loadDataset('FRED PAYEMS, two vintages', 'fred', ['US_NFP_TOTAL']),
    await loadDataset('FRED, all series', 'fred'),
    await loadDataset('Treasury, nominal curve points', 'treasury', ['UST_NOM']),
  ];
  for (const dataset of datasets) await benchDataset(url, dataset);
} finally {
  await dropDatabase(servers.databaseUrl, template);
  await servers.stop();
}
