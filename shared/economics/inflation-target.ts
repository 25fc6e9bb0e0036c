import type { Horizon } from '../calendars/horizon.ts';
import { addDays, SAO_PAULO, zonedInstant, type Day, type Instant } from '../time.ts';

/** Targets that changed, percent a year: a year has the target of the last entry at or before it. */
const TARGETS: readonly (readonly [fromYear: number, percent: number])[] = [
  [2010, 4.5],
  [2019, 4.25],
  [2020, 4],
  [2021, 3.75],
  [2022, 3.5],
  [2023, 3.25],
  [2024, 3],
];

const FIRST_YEAR = 2010;
/** From 2025 the target is continuous and changes with 36 months' notice. */
const LAST_YEAR = 2028;
const LAST_WIDE_YEAR = 2016;

/**
 * Inflation target of Brazil for a calendar year (IPCA, percent in 12 months); from 2025 the continuous target. Null
 * before 2010. Source: resolutions of the Conselho Monetário Nacional, as in SGS 13521.
 */
export function inflationTarget(year: number): number | null {
  return TARGETS.findLast(([fromYear]) => year >= fromYear)?.[1] ?? null;
}

/** Lower and upper limit around the target of a year, percent: ±2.0 to 2016, ±1.5 after. Null before 2010. */
export function targetBand(year: number): { readonly lower: number; readonly upper: number } | null {
  const target = inflationTarget(year);
  if (target === null) return null;
  const width = year <= LAST_WIDE_YEAR ? 2 : 1.5;
  return { lower: target - width, upper: target + width };
}

/** Years with a decided target, ascending. */
export function listTargetYears(): number[] {
  return Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, i) => FIRST_YEAR + i);
}

function targetKnownOn(year: number): Day {
  return `${year - 2}-07-01`;
}

/** When the target of a year was public at the latest: 1 July of the second year before it. */
export function targetKnownAt(year: number): Instant {
  return zonedInstant(targetKnownOn(year), '18:00', SAO_PAULO);
}

/** The table holds every target that is public until the one after its last becomes so. */
export const INFLATION_TARGET_HORIZON: Horizon = {
  table: 'inflation targets',
  lastDay: addDays(targetKnownOn(LAST_YEAR + 1), -1),
  afterwards: `years after ${LAST_YEAR} have no target until SGS 13521 gives one`,
  source: 'https://www.bcb.gov.br/controleinflacao/historicometas',
};
