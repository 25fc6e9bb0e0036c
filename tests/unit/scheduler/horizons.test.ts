import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HORIZONS, listShortHorizons } from '../../../services/scheduler/horizons.ts';
import type { Horizon } from '../../../shared/calendars/horizon.ts';
import { isOptionalDay } from '../../../shared/calendars/calendars.ts';
import { goodFridayOf } from '../../../shared/calendars/easter.ts';
import { GOVERNMENT_SETTLED_TO } from '../../../shared/calendars/united-states.ts';
import { COPOM_HORIZON, listMeetingsBefore } from '../../../shared/economics/copom-meetings.ts';
import { INFLATION_TARGET_HORIZON, targetKnownAt } from '../../../shared/economics/inflation-target.ts';
import { addDays, cutoffOf } from '../../../shared/time.ts';

describe('a table of dates', () => {
  it.each(HORIZONS)('$table: an alert from 60 days before its end, critical after it', (horizon) => {
    const check = (daysBefore: number) =>
      listShortHorizons([horizon], addDays(horizon.lastDay, -daysBefore), 60).map(({ severity }) => severity);
    expect(check(61)).toEqual([]);
    expect(check(60)).toEqual(['warning']);
    expect(check(59)).toEqual(['warning']);
    expect(check(0)).toEqual(['warning']);
    expect(check(-1)).toEqual(['critical']);
  });

  it('has a name of its own', () => {
    expect(new Set(HORIZONS.map(({ table }) => table)).size).toBe(HORIZONS.length);
  });

  it('ends where its owner stops knowing', () => {
    expect(listMeetingsBefore(COPOM_HORIZON.lastDay, 1)).not.toBeNull();
    expect(listMeetingsBefore(addDays(COPOM_HORIZON.lastDay, 1), 1)).toBeNull();
    const unsettled = addDays(GOVERNMENT_SETTLED_TO, 1);
    expect(isOptionalDay('US_GOV', unsettled)).toBe(true);
    expect(unsettled).toBe(goodFridayOf(Number(unsettled.slice(0, 4))));
    const lastYear = Number(INFLATION_TARGET_HORIZON.lastDay.slice(0, 4)) + 1;
    expect(cutoffOf(INFLATION_TARGET_HORIZON.lastDay)).toBeLessThan(targetKnownAt(lastYear + 1));
  });
});

/** Tables of past events: nothing of theirs runs out. */
const ENDLESS: Readonly<Record<string, string>> = {
  'shared/calendars/brazil.ts': 'single days on which the exchange did or did not trade; the rest is rules',
  'shared/connectors/release.ts': 'government shutdowns that were',
};

const isHorizon = (value: unknown): value is Horizon =>
  typeof value === 'object' && value !== null && 'lastDay' in value && 'afterwards' in value;

describe('every file with a list of days', () => {
  const root = resolve(import.meta.dirname, '../../..');
  const files = globSync(['shared/**/*.ts', 'services/**/*.ts'], { cwd: root })
    .filter((file) => !file.startsWith('services/replay/'))
    .filter((file) => {
      const days = readFileSync(resolve(root, file), 'utf8').match(/'(?:19|20)\d\d-\d\d-\d\d'/g) ?? [];
      return new Set(days).size >= 3;
    });

  it('is found', () => {
    expect(files).toEqual(expect.arrayContaining(Object.keys(ENDLESS)));
    expect(files).toContain('shared/economics/copom-meetings.ts');
  });

  it.each(files)('%s declares how far it reaches, in the list that is checked, or is endless', (file) => {
    if (Object.hasOwn(ENDLESS, file)) return;
    return expect(listDeclared(resolve(root, file))).resolves.toSatisfy(
      (declared: readonly unknown[]) => declared.length > 0,
    );
  });

  it('knows no horizon that is missing from the list', async () => {
    const declared = await Promise.all(files.map((file) => listDeclared(resolve(root, file))));
    for (const horizon of declared.flat().filter(isHorizon)) expect(HORIZONS).toContain(horizon);
  });
});

/** Horizons that a module exports, or the day its calendar's horizon is made of. */
async function listDeclared(file: string): Promise<readonly unknown[]> {
  const exported = Object.values((await import(file)) as Readonly<Record<string, unknown>>);
  return exported.filter((value) => isHorizon(value) || HORIZONS.some(({ lastDay }) => lastDay === value));
}
