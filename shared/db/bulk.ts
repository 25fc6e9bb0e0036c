import { getTableColumns, getTableName, sql, type InferInsertModel, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { toStorableText } from '../storable-text.ts';
import type { Queryable } from './client.ts';

const ROWS_PER_STATEMENT = 10_000;

type Conflict =
  | 'nothing'
  /** Replace the other columns when any of them differs. */
  | { readonly update: readonly string[]; readonly keys: readonly string[] };

function toText(value: unknown, sqlType: string): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value) && sqlType.endsWith('[]')) {
    return `{${value.map((item) => JSON.stringify(item)).join(',')}}`;
  }
  if (typeof value === 'object') return JSON.stringify(value);
  return toStorableText(String(value as string | number | boolean | bigint));
}

function conflictClause(conflict: Conflict, alias: string): SQL {
  if (conflict === 'nothing') return sql`on conflict do nothing`;
  const keys = sql.join(
    conflict.keys.map((name) => sql.identifier(name)),
    sql`, `,
  );
  const sets = sql.join(
    conflict.update.map((name) => sql`${sql.identifier(name)} = excluded.${sql.identifier(name)}`),
    sql`, `,
  );
  const stored = sql.join(
    conflict.update.map((name) => sql`${sql.identifier(alias)}.${sql.identifier(name)}`),
    sql`, `,
  );
  const incoming = sql.join(
    conflict.update.map((name) => sql`excluded.${sql.identifier(name)}`),
    sql`, `,
  );
  return sql`on conflict (${keys}) do update set ${sets} where (${stored}) is distinct from (${incoming})`;
}

/**
 * Inserts many rows with one `unnest` per 10,000 of them and returns how many were written (on conflict: inserted or
 * changed). Names in `conflict` are column names of the database. Columns with a `text[]` type hold texts only.
 */
export async function insertRows<Table extends PgTable>(
  db: Queryable,
  table: Table,
  rows: readonly InferInsertModel<Table>[],
  conflict: Conflict = 'nothing',
): Promise<number> {
  const first = rows[0];
  if (first === undefined) return 0;
  const columns = Object.entries(getTableColumns(table)).filter(([property]) => property in first);
  const names = sql.join(
    columns.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  );
  const casts = sql.join(
    columns.map(([, column]) => sql`${sql.identifier(column.name)}::${sql.raw(column.getSQLType())}`),
    sql`, `,
  );
  let written = 0;
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const chunk = rows.slice(start, start + ROWS_PER_STATEMENT) as readonly Record<string, unknown>[];
    const arrays = sql.join(
      columns.map(([property, column]) => {
        return sql`${sql.param(chunk.map((row) => toText(row[property], column.getSQLType())))}::text[]`;
      }),
      sql`, `,
    );
    const result = await db.execute(sql`
      insert into ${table} (${names})
      select ${casts} from unnest(${arrays}) as incoming (${names})
      ${conflictClause(conflict, getTableName(table))}`);
    written += result.rowCount ?? 0;
  }
  return written;
}
