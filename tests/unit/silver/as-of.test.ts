import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveRevisions,
  type DerivedRevision,
  type Revision,
} from '../../../services/silver/macro/as-of.ts';
import { distanceToTrend, gapToHpTrend } from '../../../services/silver/macro/gaps.ts';
import { compoundYear, growIndex, growIndex3mAnnualized } from '../../../services/silver/macro/growth.ts';

const still = (): Promise<void> => Promise.resolve();

const FORMULAS = {
  yoy: growIndex(12, 'M'),
  saar3: growIndex3mAnnualized,
  compounded: compoundYear,
  gap: gapToHpTrend(14_400),
  labour: distanceToTrend(14_400, -1),
};

const revisions = fc.array(
  fc.record({
    place: fc.integer({ min: 24_000, max: 24_040 }),
    value: fc.option(fc.double({ min: 0.5, max: 200, noNaN: true }), { nil: null, freq: 8 }),
    knownAt: fc.integer({ min: 0, max: 25 }),
    // Distinct revisions of one period and moment, as the store numbers them.
    revision: fc.integer({ min: 0, max: 1_000_000 }),
  }),
  { minLength: 1, maxLength: 120 },
);

/** What is in force at a moment: the last row of each period known by then. */
function readAsOf(
  rows: readonly DerivedRevision[],
  moment: number,
): Map<number, [number | null, string | null]> {
  const known = rows.filter((row) => row.knownAt <= moment);
  return new Map(known.map((row) => [row.place, [row.value, row.reason]]));
}

describe.each(Object.entries(FORMULAS))('replaying knowledge: %s', (_name, formula) => {
  it('says the same of a moment whatever becomes known after it', async () => {
    await fc.assert(
      fc.asyncProperty(revisions, fc.integer({ min: 0, max: 25 }), async (all, moment) => {
        const earlier = all.filter(({ knownAt }) => knownAt <= moment);
        const whole = await deriveRevisions([all], formula, still);
        const part = await deriveRevisions([earlier], formula, still);
        expect(whole.filter(({ knownAt }) => knownAt <= moment)).toEqual(part);
      }),
      { numRuns: 40 },
    );
  });

  it('gives at every moment what the values in force then give', async () => {
    await fc.assert(
      fc.asyncProperty(revisions, fc.integer({ min: 0, max: 25 }), async (all, moment) => {
        const sorted = [...all].sort((a, b) => a.knownAt - b.knownAt || a.revision - b.revision);
        const inForce = new Map<number, Revision>();
        for (const revision of sorted)
          if (revision.knownAt <= moment) inForce.set(revision.place, { ...revision, knownAt: 0 });
        const atOnce = await deriveRevisions([[...inForce.values()]], formula, still);
        const replayed = readAsOf(await deriveRevisions([all], formula, still), moment);
        for (const { place, value } of atOnce) expect(replayed.get(place)?.[0]).toBe(value);
        const gone = [...replayed].filter(([place]) => !atOnce.some((row) => row.place === place));
        expect(gone.every(([, [value]]) => value === null)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('never repeats a value and names every null', async () => {
    await fc.assert(
      fc.asyncProperty(revisions, async (all) => {
        const last = new Map<number, DerivedRevision>();
        for (const row of await deriveRevisions([all], formula, still)) {
          const before = last.get(row.place);
          expect(before === undefined || before.value !== row.value || before.reason !== row.reason).toBe(
            true,
          );
          expect(row.value === null).toBe(row.reason !== null);
          last.set(row.place, row);
        }
      }),
      { numRuns: 40 },
    );
  });
});
