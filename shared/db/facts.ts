import type { PgTable } from 'drizzle-orm/pg-core';
import type { BronzeRow } from '../connectors/connector.ts';
import { bars, corporateActions, curvePoints, fixings, observations } from './schema.ts';

/** A bronze table: what identifies a fact and what may change from one vintage to the next. Names are columns. */
export interface FactTable {
  readonly table: PgTable;
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** The five bronze tables by the `table` of a parsed row. */
export const FACT_TABLES: Readonly<Record<BronzeRow['table'], FactTable>> = {
  observations: { table: observations, keys: ['key', 'date'], values: ['value'] },
  bars: {
    table: bars,
    keys: ['key', 'date'],
    values: ['open', 'high', 'low', 'close', 'adjusted_close', 'volume', 'currency'],
  },
  corporate_actions: { table: corporateActions, keys: ['key', 'date', 'kind'], values: ['amount'] },
  fixings: { table: fixings, keys: ['key', 'date', 'bulletin'], values: ['bid', 'ask'] },
  curve_points: {
    table: curvePoints,
    keys: ['key', 'curve_id', 'date', 'vertex'],
    values: ['maturity', 'calendar_days', 'business_days', 'rate', 'price', 'rate_kind'],
  },
};
