/**
 * Requests that the whole history costs, next to the fewest that the providers' own limits allow.
 *
 * `node bench/requests.ts` starts a stack of its own on the recorded data, backfills the six bronze assets from FROM to TO
 * by month, and prints what was asked and stored. Takes two to three minutes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Backfill } from '../infra/cli/answers.ts';
import { END_STATES } from '../infra/cli/follow-backfill.ts';
import { readRedisPeak } from '../infra/local/redis.ts';
import type { Stack } from '../infra/local/stack.ts';
import { getCalendar } from '../shared/calendars/calendars.ts';
import { createClient } from '../shared/client/client.ts';
import type { KeyDefinition, Provider } from '../shared/connectors/connector.ts';
import { openDatabase, type Database } from '../shared/db/client.ts';
import { graph } from '../shared/pipeline/graph.ts';
import { addDays } from '../shared/time.ts';
import { connectors } from '../tests/helpers/recorded-rows.ts';
import { replayHttp } from '../tests/helpers/replay-http.ts';
import { print } from './support/figures.ts';
import { withOwnStack } from './support/own-stack.ts';

const FROM = '2010-01-01';
const TO = '2026-11-20';
const POLL_MS = 250;
const MIB = 1024 * 1024;

const FIRST_YEAR = Number(FROM.slice(0, 4));
const LAST_YEAR = Number(TO.slice(0, 4));
/** Years and sessions before FROM that the longest look-back of a model reads. */
const LOOK_BACK = { sgsYears: 15, dollarYears: 15, currencyYears: 2, treasuryYears: 6, b3Sessions: 10 };
/** Most calendar years of a daily SGS series, and vintages of a FRED series, that one request may ask for. */
const SGS_YEARS = 10;
const FRED_VINTAGES = 2_000;

const yearsFrom = (lookBack: number): number => LAST_YEAR - FIRST_YEAR + 1 + lookBack;
const listKeys = (provider: Provider): KeyDefinition[] =>
  connectors[provider].keys.filter(({ disabled }) => disabled === undefined);

function countSgs(lookBack: number): number {
  const daily = listKeys('bcb_sgs').filter(({ frequency }) => frequency === 'D').length;
  const others = listKeys('bcb_sgs').length - daily;
  return daily * Math.ceil(yearsFrom(lookBack) / SGS_YEARS) + others;
}

async function countVintages({ code }: KeyDefinition): Promise<number> {
  const url = `https://api.stlouisfed.org/fred/series/vintagedates?series_id=${code}&file_type=json`;
  const { body } = await replayHttp.get({ part: 'vintagedates', url, secrets: { api_key: 'a'.repeat(32) } });
  const answer = JSON.parse(new TextDecoder().decode(body)) as { vintage_dates?: unknown[] };
  return answer.vintage_dates?.length ?? 0;
}

/** A description each; then the values as they stand, or the list of vintages and the vintages in batches. */
async function countFred(): Promise<number> {
  let requests = 0;
  for (const key of listKeys('fred')) {
    if (key.vintageMode === 'alfred') requests += 2 + Math.ceil((await countVintages(key)) / FRED_VINTAGES);
    else requests += 2;
  }
  return requests;
}

function countPtax(dollarYears: number, currencyYears: number): number {
  return listKeys('bcb_ptax').reduce(
    (sum, { code }) => sum + yearsFrom(code === 'USD' ? dollarYears : currencyYears),
    0,
  );
}

/** Two files per session, and the one of the Tesouro. */
function countB3(lookBack: number): number {
  return 2 * (getCalendar('B3').count(addDays(FROM, -1), TO) + lookBack) + 1;
}

/** The fewest requests for the range alone, and for what the models read before it too. */
async function computeMinimum(): Promise<Record<Provider, { range: number; lookBack: number }>> {
  const fred = await countFred();
  const symbols = listKeys('yahoo').length;
  const { sgsYears, dollarYears, currencyYears, treasuryYears, b3Sessions } = LOOK_BACK;
  const curves = listKeys('treasury').length;
  return {
    bcb_sgs: { range: countSgs(0), lookBack: countSgs(sgsYears) },
    fred: { range: fred, lookBack: fred },
    yahoo: { range: symbols, lookBack: symbols },
    bcb_ptax: { range: countPtax(0, 0), lookBack: countPtax(dollarYears, currencyYears) },
    b3: { range: countB3(0), lookBack: countB3(b3Sessions) },
    treasury: { range: curves * yearsFrom(0), lookBack: curves * yearsFrom(treasuryYears) },
  };
}

async function runBackfill(stack: Stack): Promise<{ backfill: Backfill; seconds: number }> {
  const client = createClient({ baseUrl: stack.apiUrl });
  const assets = graph.names.filter((asset) => asset.startsWith('bronze_'));
  const start = performance.now();
  const created = await client.createBackfill({ body: { from: FROM, to: TO, slice: 'month', assets } });
  if ('dryRun' in created) throw new Error('a backfill was asked for, and a plan of one came');
  const { id } = created;
  for (;;) {
    const backfill = await client.getBackfill({ params: { id } });
    if (END_STATES.has(backfill.state)) return { backfill, seconds: (performance.now() - start) / 1_000 };
    await sleep(POLL_MS);
  }
}

interface Figures {
  readonly rows: number;
  readonly answers: number;
  readonly bodies: number;
  readonly rawBytes: number;
  readonly gzipBytes: number;
  readonly diskBytes: number;
  readonly repeated: number;
}

async function readFigures(db: Database): Promise<Figures> {
  const result = await db.execute<Record<keyof Figures, string>>(sql`
    select (select count(*) from observations) + (select count(*) from bars) + (select count(*) from fixings)
        + (select count(*) from curve_points) + (select count(*) from corporate_actions) as rows,
      (select count(*) from payloads) as answers, (select sum(bytes) from payloads) as "rawBytes",
      (select count(*) from payload_bodies) as bodies, (select sum(length(body_gzip)) from payload_bodies) as "gzipBytes",
      pg_total_relation_size('payloads') + pg_total_relation_size('payload_bodies')
        + pg_total_relation_size('provider_requests') as "diskBytes",
      (select count(*) from (select 1 from payloads group by provider, key, window_id, part having count(*) > 1) r) as repeated`);
  const row = result.rows[0]!;
  const number = (name: keyof Figures): number => Number(row[name]);
  return {
    rows: number('rows'),
    answers: number('answers'),
    bodies: number('bodies'),
    rawBytes: number('rawBytes'),
    gzipBytes: number('gzipBytes'),
    diskBytes: number('diskBytes'),
    repeated: number('repeated'),
  };
}

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

async function report(stack: Stack): Promise<void> {
  const minimum = await computeMinimum();
  const { backfill, seconds } = await runBackfill(stack);
  const database = openDatabase(stack.databaseUrl, { name: 'bench', max: 1 });
  const figures = await readFigures(database.db);
  await database.close();
  print(`\n${FROM} … ${TO}, by month: ${backfill.state} after ${seconds.toFixed(0)} s`);
  print('provider      sent   minimum   of the range alone');
  for (const provider of Object.keys(connectors) as Provider[]) {
    const { range, lookBack } = minimum[provider];
    const sent = backfill.requests[provider] ?? 0;
    print(
      `${provider.padEnd(9)} ${String(sent).padStart(8)} ${String(lookBack).padStart(9)} ${String(range).padStart(20)}`,
    );
  }
  const { done, total } = backfill.partitions;
  print(`materialized   ${done} of ${total} (the recordings lack the rest)`);
  print(`rows stored    ${figures.rows}`);
  print(`archive        ${figures.answers} answers, ${mib(figures.rawBytes)} as they came;`);
  print(`               ${figures.bodies} distinct bodies, ${mib(figures.gzipBytes)} compressed;`);
  print(`               ${mib(figures.diskBytes)} on disk with the rows about every request`);
  print(`asked twice    ${figures.repeated} parts of windows`);
  print(`Redis peak     ${mib((await readRedisPeak(stack.redisUrl, stack.queuePrefix)) ?? 0)}`);
}

await withOwnStack(report);
