import { inArray, sql, type InferInsertModel } from 'drizzle-orm';
import { listInstruments, listKeys, type RegisteredKey } from '../connectors/registry.ts';
import { ConfigError } from '../errors.ts';
import { assetOf } from '../pipeline/providers.ts';
import { insertRows } from './bulk.ts';
import type { Database, Queryable } from './client.ts';
import { coverage, instruments, series } from './schema.ts';

/** Any number that no other lock of this database uses. */
const REGISTRY_LOCK = 725_003;

type SeriesRow = InferInsertModel<typeof series>;

/** What makes a stored value mean what it means. Everything else about a key may change with the code. */
const MEANING = ['asset', 'code', 'unit', 'scale', 'frequency', 'country'] as const;

function describeMeaning(row: SeriesRow, columns: readonly (typeof MEANING)[number][]): string {
  return columns.map((column) => `${column} ${row[column] ?? ''}`).join(', ');
}

/**
 * Columns in which a stored row means something else than the registry says. Scale and staleness are written together: a
 * row without staleness was registered before there was a scale, and its default says nothing.
 */
function listChanges(stored: SeriesRow, row: SeriesRow): (typeof MEANING)[number][] {
  return MEANING.filter((column) => {
    if (column === 'scale' && stored.maxStaleness === null) return false;
    return stored[column] !== row[column];
  });
}

/** A key that was disabled before anything was fetched for it has no values that could change their meaning. */
async function listFetched(db: Queryable, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const found = await db
    .selectDistinct({ key: coverage.key })
    .from(coverage)
    .where(inArray(coverage.key, [...keys]));
  return new Set(found.map(({ key }) => key));
}

async function refuseChangedMeaning(db: Queryable, rows: readonly SeriesRow[]): Promise<void> {
  const storedByKey = new Map((await db.select().from(series)).map((row) => [row.key, row]));
  const changed = rows.flatMap((row) => {
    const stored = storedByKey.get(row.key);
    const columns = stored === undefined ? [] : listChanges(stored, row);
    return stored === undefined || columns.length === 0 ? [] : [{ row, stored, columns }];
  });
  const disabled = changed.filter(({ stored }) => stored.disabled !== null).map(({ row }) => row.key);
  const fetched = await listFetched(db, disabled);
  const refused = changed.find(({ row }) => !disabled.includes(row.key) || fetched.has(row.key));
  if (refused === undefined) return;
  const { row, stored, columns } = refused;
  throw new ConfigError(
    `The registry changes the meaning of ${row.key} under its stored values (register a new key, or add a migration ` +
      `that updates its row in series and converts or removes what is stored under it)`,
    {
      subject: row.key,
      expected: `as stored ${describeMeaning(stored, columns)}`,
      got: describeMeaning(row, columns),
    },
  );
}

function buildRow(key: RegisteredKey): SeriesRow {
  return {
    key: key.key,
    asset: assetOf(key.provider),
    code: key.code,
    name: key.name,
    unit: key.unit,
    frequency: key.frequency,
    country: key.country,
    calendar: key.calendar,
    releaseRule: key.release.describe,
    vintageMode: key.vintageMode,
    mandatory: key.mandatory,
    disabled: key.disabled ?? null,
    scale: key.scale,
    revises: key.revises,
    expectedMin: key.expectedRange?.[0] ?? null,
    expectedMax: key.expectedRange?.[1] ?? null,
    jumpBound: key.jumpBound?.value ?? null,
    jumpKind: key.jumpBound?.kind ?? null,
    maxStaleness: key.maxStaleness,
    verified: key.verified,
    feeds: key.feeds,
  };
}

async function upsertRegistries(db: Queryable, rows: readonly SeriesRow[]): Promise<void> {
  await insertRows(db, series, rows, {
    keys: ['key'],
    update: [
      'asset',
      'code',
      'name',
      'unit',
      'frequency',
      'country',
      'calendar',
      'release_rule',
      'vintage_mode',
      'mandatory',
      'disabled',
      'scale',
      'revises',
      'expected_min',
      'expected_max',
      'jump_bound',
      'jump_kind',
      'max_staleness',
      'verified',
      'feeds',
    ],
  });
  await insertRows(db, instruments, listInstruments(), {
    keys: ['key'],
    update: ['class', 'calendar', 'quote_unit', 'has_volume'],
  });
}

/**
 * Brings the tables of series and instruments up to the registries in the code.
 *
 * @throws ConfigError when a key means something else than the values stored under it; nothing is written then
 */
export async function registerSeries(
  db: Database,
  keys: readonly RegisteredKey[] = listKeys(),
): Promise<void> {
  const rows = keys.map(buildRow);
  await db.transaction(async (tx) => {
    // Replicas of two versions may start together: the second compares with what the first has written.
    await tx.execute(sql`select pg_advisory_xact_lock(${REGISTRY_LOCK})`);
    await refuseChangedMeaning(tx, rows);
    await upsertRegistries(tx, rows);
  });
}
