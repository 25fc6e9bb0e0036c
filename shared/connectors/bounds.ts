import type { Day } from '../time.ts';
import type { Frequency, JumpBound, KeyDefinition } from './connector.ts';

/** Largest plausible change, in the unit of the value. */
export function absolute(value: number): JumpBound {
  return { kind: 'absolute', value };
}

/** Largest plausible change, as a share of the value before. */
export function relative(value: number): JumpBound {
  return { kind: 'relative', value };
}

/** What the registries state about plausible values of a key. */
export type Bounds = Pick<KeyDefinition, 'expectedRange' | 'jumpBound'>;

/** Bounds of a key: smallest and largest plausible value, and the largest plausible change between two of them. */
export function within(min: number, max: number, jumpBound: JumpBound): Bounds {
  return { expectedRange: [min, max], jumpBound };
}

/** Sessions for daily keys, days for the others. */
const STALENESS: Readonly<Record<Frequency, number>> = { D: 3, W: 10, M: 20, Q: 30, A: 60 };
const MANDATORY_STALENESS: Readonly<Record<Frequency, number>> = { D: 2, W: 5, M: 5, Q: 10, A: 30 };

/** How long a key of a frequency may stay without a value after its expected release. */
export function usualStaleness(frequency: Frequency, mandatory: boolean): number {
  return (mandatory ? MANDATORY_STALENESS : STALENESS)[frequency];
}

type Bounded = Bounds & Pick<KeyDefinition, 'boundsFrom' | 'boundsFromDays'>;

/** True when the bounds of a key say something about a value: its date, and its calendar days for a curve vertex. */
export function areBoundsDue(key: Bounded, date: Day, calendarDays = Infinity): boolean {
  return date >= (key.boundsFrom ?? date) && calendarDays >= (key.boundsFromDays ?? 0);
}

/** True when a value lies within the expected range of a key, ends included, or the key has none. */
export function isInRange({ expectedRange }: Bounds, value: number): boolean {
  return expectedRange === undefined || (value >= expectedRange[0] && value <= expectedRange[1]);
}

/**
 * True when a value may follow the one before it. A share of zero is no bound: after a zero only an absolute bound
 * speaks.
 */
export function isPlausibleJump({ jumpBound }: Bounds, before: number, value: number): boolean {
  if (jumpBound === undefined) return true;
  const change = Math.abs(value - before);
  if (jumpBound.kind === 'absolute') return change <= jumpBound.value;
  return before === 0 || change <= jumpBound.value * Math.abs(before);
}
