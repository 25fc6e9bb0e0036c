import { sql, type SQL } from 'drizzle-orm';
import type { Candidate, PointValues } from '../checks/check.ts';
import type { Side } from '../checks/reconciliations.ts';
import type { BronzeRow } from '../connectors/connector.ts';
import type { Day } from '../time.ts';
import type { Queryable } from './client.ts';

/** Column and table of the field of a side. */
const FIELDS: Readonly<Record<Side['field'], { readonly table: SQL; readonly column: SQL }>> = {
  value: { table: sql`observations`, column: sql`value` },
  close: { table: sql`bars`, column: sql`close` },
  bid: { table: sql`fixings`, column: sql`bid` },
  ask: { table: sql`fixings`, column: sql`ask` },
  rate: { table: sql`curve_points`, column: sql`rate` },
};

/** The newest stored numbers of one side of a reconciliation, by point, between two dates. */
export async function readSide(db: Queryable, side: Side, from: Day, to: Day): Promise<PointValues> {
  const { table, column } = FIELDS[side.field];
  const isCurve = side.field === 'rate';
  const isWhole = isCurve && side.vertex === undefined;
  const point = isWhole ? sql`date || ' ' || business_days` : sql`date::text`;
  const identity = isCurve ? sql`date, vertex` : sql`date`;
  const ofVertex = side.vertex === undefined ? sql`true` : sql`vertex = ${side.vertex}`;
  const result = await db.execute<{ point: string | null; value: string | null }>(sql`
    select distinct on (${identity}) ${point} as point, ${column}::text as value from ${table}
    where key = ${side.key} and date between ${from} and ${to} and ${ofVertex}
    order by ${identity}, vintage_at desc`);
  return new Map(
    result.rows.flatMap(({ point: at, value }) =>
      at === null || value === null ? [] : [[at, Number(value)]],
    ),
  );
}

interface StoredValue extends Record<string, unknown> {
  readonly date: Day;
  readonly value: string | null;
  readonly vertex: string | null;
  readonly curveId: string | null;
  readonly calendarDays: number | null;
}

const LINEAGE = { vintageAt: null, releaseTime: null, releaseBasis: 'lag_rule' } as const;

/** A stored number in the form of a candidate: what cannot matter to a comparison is left empty. */
function toRow(key: string, stored: StoredValue): BronzeRow {
  const { date, value, vertex, curveId, calendarDays } = stored;
  if (vertex === null || curveId === null) return { table: 'observations', key, date, value, ...LINEAGE };
  return {
    table: 'curve_points',
    key,
    date,
    curveId: curveId as Extract<BronzeRow, { table: 'curve_points' }>['curveId'],
    vertex,
    maturity: null,
    calendarDays: calendarDays ?? 0,
    businessDays: null,
    rate: value,
    price: null,
    rateKind: 'zero',
    ...LINEAGE,
  };
}

const SCALAR = sql`null as vertex, null as "curveId", null::int as "calendarDays"`;

/** Where the number of a row is, as `valueOf` takes it; corporate actions have none to compare. */
const NUMBERS: Readonly<Partial<Record<BronzeRow['table'], { readonly table: SQL; readonly columns: SQL }>>> =
  {
    observations: { table: sql`observations`, columns: sql`value::text as value, ${SCALAR}` },
    bars: { table: sql`bars`, columns: sql`close::text as value, ${SCALAR}` },
    fixings: { table: sql`fixings`, columns: sql`ask::text as value, ${SCALAR}` },
    curve_points: {
      table: sql`curve_points`,
      columns: sql`coalesce(rate, price)::text as value, vertex, curve_id as "curveId", calendar_days as "calendarDays"`,
    },
  };

/**
 * The newest stored values of the last date of a key before `before`, for comparisons with the one that follows. They
 * count as older than every candidate.
 */
export async function readNeighbours(
  db: Queryable,
  key: string,
  tableName: BronzeRow['table'],
  before: Day,
): Promise<Candidate[]> {
  const numbers = NUMBERS[tableName];
  if (numbers === undefined) return [];
  const { table, columns } = numbers;
  const result = await db.execute<StoredValue>(sql`
    select distinct on ("curveId", vertex) date::text, value, vertex, "curveId", "calendarDays"
    from (select date, vintage_at, ${columns} from ${table} where key = ${key} and date =
      (select max(date) from ${table} where key = ${key} and date < ${before}::date)) stored
    order by "curveId", vertex, vintage_at desc`);
  return result.rows.map((stored) => ({
    row: toRow(key, stored),
    payloadId: null,
    seenAt: Number.NEGATIVE_INFINITY,
  }));
}
