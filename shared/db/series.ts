import { listInstruments, listKeys } from '../connectors/registry.ts';
import { assetOf } from '../pipeline/providers.ts';
import { insertRows } from './bulk.ts';
import type { Database } from './client.ts';
import { instruments, series } from './schema.ts';

/** Brings the tables of series and instruments up to the registries in the code. */
export async function registerSeries(db: Database): Promise<void> {
  const rows = listKeys().map((key) => ({
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
    scale: key.scale ?? 1,
    revises: key.revises ?? false,
    expectedMin: key.expectedRange?.[0] ?? null,
    expectedMax: key.expectedRange?.[1] ?? null,
    jumpBound: key.jumpBound?.value ?? null,
    jumpKind: key.jumpBound?.kind ?? null,
    maxStaleness: key.maxStaleness ?? null,
    verified: key.verified,
    feeds: key.feeds,
  }));
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
