import { sql, type SQL } from 'drizzle-orm';
import type { Connector, DecimalText, KeyDefinition } from '../../../shared/connectors/connector.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { openDatabase, type Queryable } from '../../../shared/db/client.ts';
import { PermanentError, unwrapQueryError } from '../../../shared/errors.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';
import { HOUR, type Day, type Instant } from '../../../shared/time.ts';
import { OLD_SOURCES, REFUSALS, type OldSource } from './old-tables.ts';

/** The connector that parses an asset of ours; it asks nobody. */
export function connectorOf(asset: BronzeName): Connector {
  return createConnectors({ fredApiKey: '' })[PROVIDER_OF[asset]];
}

/** A series that the old deployment holds values of. */
export interface OldSeries {
  readonly from: OldSource;
  readonly code: string;
  readonly rows: number;
  /** Our key, or why the series is neither imported nor compared. */
  readonly match: { readonly key: KeyDefinition } | { readonly refused: string };
  /** By date, and of a date in the order in which they were known; empty when the series is refused. */
  readonly values: readonly OldValue[];
}

/** A value of the old deployment. */
export interface OldValue {
  readonly date: Day;
  /** In the unit of the provider, 15 digits; null when it is not a number. */
  readonly value: DecimalText | null;
  /** By when it had the value; null when its rows have no stamp. */
  readonly stamp: Instant | null;
}

/** What the old deployment holds of one asset. */
export interface OldAsset {
  /** Host and database: the address without user and password. */
  readonly name: string;
  readonly series: readonly OldSeries[];
}

function parseAddress(url: string): URL {
  if (!URL.canParse(url) || !/^postgres(?:ql)?:$/.test(new URL(url).protocol))
    throw new PermanentError('reading the address of the old deployment failed (not retried)', {
      expected: '--from postgres://user@host:5432/database',
      got: 'something else (not shown: it may hold a password)',
    });
  return new URL(url);
}

/** The message of an error without the password of an address. */
function describeWithout(error: unknown, { password }: URL): string {
  const { message, code } = unwrapQueryError(error) as Error & { code?: string };
  const text = message === '' ? (code ?? 'no reason given') : message;
  return password === ''
    ? text
    : text.replaceAll(decodeURIComponent(password), '***').replaceAll(password, '***');
}

function matchSeries(from: OldSource, code: string): OldSeries['match'] {
  const key = connectorOf(from.asset).keys.find(
    (candidate) => candidate.code === code || (from.source === null && candidate.key === code),
  );
  const refusal = REFUSALS.find(
    (candidate) =>
      candidate.source === from.source && (candidate.code === code || candidate.code === key?.key),
  );
  if (refusal !== undefined) return { refused: `${refusal.name}, ${refusal.why}: ${refusal.reason}` };
  if (key === undefined) return { refused: 'no key of the registry has this code' };
  return key.disabled === undefined ? { key } : { refused: `${key.key} is disabled: ${key.disabled}` };
}

const SERIES: Readonly<Record<OldSource['table'], (source: string | null) => SQL>> = {
  macro_series: (source) => sql`
    select s.id::text, s.series_code as code, count(*)::int as rows
    from macro_series v join series_metadata s on s.id = v.series_id join data_sources d on d.id = s.source_id
    where d.name = ${source} group by s.id, s.series_code order by s.series_code`,
  market_data: () => sql`
    select i.id::text, i.ticker as code, count(*)::int as rows
    from market_data v join instruments i on i.id = v.instrument_id where v.frequency = 'daily'
    group by i.id, i.ticker order by i.ticker`,
};

/** NaN and the infinities are no values. */
const decimalOf = (column: OldSource['value']): SQL =>
  sql`case when ${sql.identifier(column)} between -1e300 and 1e300 then ${sql.identifier(column)}::numeric::text end as value`;

const VALUES: Readonly<Record<OldSource['table'], (id: string, value: SQL) => SQL>> = {
  macro_series: (id, value) => sql`
    select observation_date::text as date, ${value}, release_time as stamp
    from macro_series where series_id = ${id}::bigint order by observation_date, release_time, revision_number`,
  market_data: (id, value) => sql`
    select (timestamp at time zone 'UTC')::date::text as date, ${value}, null as stamp
    from market_data where instrument_id = ${id}::bigint and frequency = 'daily' order by timestamp`,
};

async function readValues(db: Queryable, from: OldSource, id: string): Promise<OldValue[]> {
  const result = await db.execute<{ date: Day; value: string | null; stamp: Date | null }>(
    VALUES[from.table](id, decimalOf(from.value)),
  );
  return result.rows.map(({ date, value, stamp }) => ({
    date,
    value,
    stamp:
      stamp === null || from.stampHours === null ? null : new Date(stamp).getTime() + from.stampHours * HOUR,
  }));
}

async function readSource(db: Queryable, from: OldSource): Promise<OldSeries[]> {
  const found = await db.execute<{ id: string; code: string; rows: number }>(SERIES[from.table](from.source));
  const series: OldSeries[] = [];
  for (const { id, code, rows } of found.rows) {
    const match = matchSeries(from, code);
    const values = 'key' in match ? await readValues(db, from, id) : [];
    series.push({ from, code, rows, match, values });
  }
  return series;
}

/**
 * Reads what the old deployment holds of an asset, in one transaction that cannot write.
 *
 * @throws PermanentError when it cannot be reached or read: says where and why, never the password
 */
export async function readOldAsset(url: string, asset: BronzeName): Promise<OldAsset> {
  const address = parseAddress(url);
  const name = `${address.host}${address.pathname}`;
  const database = openDatabase(url, { name: 'macro-dagster', max: 1 });
  try {
    const series = await database.db.transaction(
      async (db) => {
        const sources = OLD_SOURCES.filter((source) => source.asset === asset);
        return (await Array.fromAsync(sources, (source) => readSource(db, source))).flat();
      },
      { accessMode: 'read only', isolationLevel: 'repeatable read' },
    );
    return { name, series };
  } catch (error) {
    throw new PermanentError(
      `reading ${asset} of the old deployment at ${name} failed (not retried): ${describeWithout(error, address)}`,
    );
  } finally {
    await database.close();
  }
}
