import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { gateRows } from '../../../services/bronze/gate.ts';
import type { KeyDefinition } from '../../../shared/connectors/connector.ts';
import type { Database, Transaction } from '../../../shared/db/client.ts';
import { listPastReads } from '../../../shared/db/coverage.ts';
import { ingestRows, lockIngest, type IngestRow } from '../../../shared/db/ingest.ts';
import { auditLog } from '../../../shared/db/schema.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';
import type { Day, Instant } from '../../../shared/time.ts';
import { connectorOf, type OldAsset, type OldSeries, type OldValue } from './old-deployment.ts';

/** What to import, and for whom. */
export interface ImportOptions {
  readonly db: Database;
  readonly asset: BronzeName;
  readonly old: OldAsset;
  /** Does everything and keeps nothing. */
  readonly isDryRun: boolean;
  /** Who asked for it, for the audit log. */
  readonly actor: string;
}

/** What became of one series. Counts are of rows of the old deployment. */
export interface ImportedSeries {
  readonly code: string;
  /** Our key; null when the series is refused. */
  readonly key: string | null;
  /** Why the series is refused; null when it is not. */
  readonly refused: string | null;
  readonly rows: number;
  /** Stored as vintages. */
  readonly imported: number;
  /** Of dates for which the provider has given a value: it is not touched. */
  readonly provided: number;
  /** Of dates that the provider has not been asked for: the backfill comes first. */
  readonly unasked: number;
  /** Held back by a blocking check. */
  readonly held: number;
  /** Stored before, not a number, or the same value as the row before it. */
  readonly repeated: number;
}

/** Thrown to undo a transaction whose result is wanted. */
class UndoError extends Error {
  readonly result: ImportedSeries;

  constructor(result: ImportedSeries) {
    super('undo');
    this.result = result;
  }
}

/** Dates of a key that hold a value of its provider. */
async function listProvided(tx: Transaction, key: string): Promise<ReadonlySet<Day>> {
  const result = await tx.execute<{ date: Day }>(sql`
    select distinct date::text as date from observations where key = ${key} and vintage_basis <> 'imported'`);
  return new Set(result.rows.map(({ date }) => date));
}

interface StampedValue extends OldValue {
  readonly value: string;
  readonly stamp: Instant;
}

const isStamped = (old: OldValue): old is StampedValue => old.value !== null && old.stamp !== null;

function toIngestRow(key: string, taskId: string, { date, value, stamp }: StampedValue): IngestRow {
  return {
    row: {
      table: 'observations',
      key,
      date,
      value,
      vintageAt: null,
      releaseTime: null,
      releaseBasis: 'first_seen',
    },
    payloadId: null,
    seenAt: stamp,
    taskId,
    missedAt: null,
    isImported: true,
  };
}

/** The rows without those that a blocking check holds back. */
async function checkRows(
  tx: Transaction,
  { asset }: ImportOptions,
  key: KeyDefinition,
  items: readonly IngestRow[],
): Promise<readonly IngestRow[]> {
  const from = items[0]?.row.date;
  const to = items.at(-1)?.row.date;
  if (from === undefined || to === undefined) return items;
  const read = {
    window: { key: key.key, id: 'import', from, to },
    fetchedAt: Math.max(...items.map(({ seenAt }) => seenAt)),
    payloadIds: [],
    isUnrecorded: false,
    recorded: null,
    isIngested: false,
    requests: 0,
  };
  const context = { asset, connector: connectorOf(asset), taskId: null, breathe: async () => undefined };
  const [gated] = await gateRows(tx, context, [{ key, items, parsedWindows: [read] }]);
  return gated?.items ?? items;
}

async function importInside(
  tx: Transaction,
  options: ImportOptions,
  series: OldSeries,
  key: KeyDefinition,
): Promise<ImportedSeries> {
  const { asset, actor, isDryRun, old } = options;
  const importId = randomUUID();
  const version = await lockIngest(tx, asset);
  const numbers = series.values.filter(isStamped);
  const provided = await listProvided(tx, key.key);
  const whole = {
    key: key.key,
    id: 'import',
    from: numbers[0]?.date ?? '',
    to: numbers.at(-1)?.date ?? '',
  };
  const reads = numbers.length === 0 ? [] : await listPastReads(tx, PROVIDER_OF[asset], whole);
  const isAsked = (date: Day): boolean => reads.some(({ from, to }) => from <= date && date <= to);
  const missing = numbers.filter(({ date }) => !provided.has(date));
  const items = missing
    .filter(({ date }) => isAsked(date))
    .map((value) => toIngestRow(key.key, importId, value));
  const good = await checkRows(tx, options, key, items);
  const imported = (await ingestRows(tx, asset, version, good)).get(key.key)?.inserted ?? 0;
  const counts = {
    rows: series.rows,
    imported,
    provided: numbers.length - missing.length,
    unasked: missing.length - items.length,
    held: items.length - good.length,
    repeated: good.length - imported + series.values.length - numbers.length,
  };
  const result = { code: series.code, key: key.key, refused: null, ...counts };
  if (isDryRun || imported === 0) throw new UndoError(result);
  const detail = { importId, from: old.name, code: series.code, ...counts };
  await tx.insert(auditLog).values({ actor, action: 'dagster.import', subject: key.key, detail });
  return result;
}

function refuseSeries({ code, rows }: OldSeries, refused: string): ImportedSeries {
  return { code, key: null, refused, rows, imported: 0, provided: 0, unasked: 0, held: 0, repeated: 0 };
}

/**
 * Stores values of the old deployment as vintages, where their provider was asked for the date and gave none. Each is known from
 * the moment at which the old deployment had it, and never earlier, whatever the release rule of its key says. Values that came
 * from a provider are not touched. One transaction and one entry of the audit log per series.
 */
export async function importSeries(options: ImportOptions): Promise<ImportedSeries[]> {
  const results: ImportedSeries[] = [];
  for (const series of options.old.series) {
    const { match, from } = series;
    if ('refused' in match) results.push(refuseSeries(series, match.refused));
    else if (from.stampHours === null) results.push(refuseSeries(series, from.stamp));
    else
      results.push(
        await options.db
          .transaction((tx) => importInside(tx, options, series, match.key))
          .catch((error: unknown) => {
            if (error instanceof UndoError) return error.result;
            throw error;
          }),
      );
  }
  return results;
}
