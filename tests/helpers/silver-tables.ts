import { sql } from 'drizzle-orm';
import { handlers } from '../../services/silver/handlers.ts';
import type { DatabaseHandle } from '../../shared/db/client.ts';
import { createReader } from '../../shared/db/reader.ts';
import { createLogger } from '../../shared/logger.ts';
import type { SilverName } from '../../shared/pipeline/graph.ts';
import type { TaskContext } from '../../shared/pipeline/handler.ts';
import { cutoffOf, toIso, type Day, type Instant } from '../../shared/time.ts';
import { replayHttp } from './replay-http.ts';

const ASSETS: readonly SilverName[] = ['silver_macro', 'silver_returns', 'silver_curves'];

const TABLES = {
  silver_macro: 'series_key, transform, period, known_at',
  silver_price: 'instrument, session_date, known_at',
  silver_stat: 'instrument, stat, "window", session_date, known_at',
  silver_curve_point: 'curve_id, curve_date, tenor, method, known_at',
  silver_curve_fit: 'curve_id, curve_date, model, known_at',
  silver_curve_metric: 'curve_id, curve_date, metric, known_at',
} as const;

/** A silver table by its name in the database. */
export type SilverTable = keyof typeof TABLES;

/** Runs the three silver handlers for these partitions against a database, each in a transaction of its own. */
export async function deriveSilver(
  { db }: Pick<DatabaseHandle, 'db'>,
  partitions: readonly Day[],
): Promise<void> {
  for (const asset of ASSETS) {
    const context: TaskContext = {
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
    };
    const prepared = await handlers[asset](context);
    await db.transaction((tx) => prepared.commit(tx));
  }
}

/** Forgets everything that silver derived. */
export async function emptySilver({ db }: DatabaseHandle): Promise<void> {
  await db.execute(sql.raw(`truncate ${Object.keys(TABLES).join(', ')}, silver_versions`));
}

/** Rows of a table known at a moment: how many, and a digest of every byte of them in the order of their keys. */
export interface TableDigest {
  readonly rows: number;
  readonly digest: string;
}

/** Digests of the six tables as they were known at a moment. */
export async function digestSilver(
  { db }: DatabaseHandle,
  knownBy: Instant,
): Promise<Record<SilverTable, TableDigest>> {
  const digests = {} as Record<SilverTable, TableDigest>;
  for (const [table, order] of Object.entries(TABLES)) {
    const result = await db.execute<{ rows: string; digest: string }>(sql`
      select count(*) as rows, md5(coalesce(string_agg(stored::text, ${'\n'} order by ${sql.raw(order)}), '')) as digest
      from ${sql.identifier(table)} stored where known_at <= ${toIso(knownBy)}::timestamptz`);
    const [row] = result.rows;
    digests[table as SilverTable] = { rows: Number(row!.rows), digest: row!.digest };
  }
  return digests;
}
