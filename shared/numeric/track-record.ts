import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Calendar } from '../calendars/calendar.ts';
import type { Day } from '../time.ts';

/** A price older than this many sessions of its calendar says nothing about a day. */
const MAX_CARRIED_SESSIONS = 5;

/** A partition on which a signal spoke. */
export interface SpokenSignal {
  readonly partition: Day;
  readonly direction: 'LONG' | 'SHORT';
  /** Sessions. */
  readonly horizonDays: number;
}

/** A value of the target, ascending by date. */
export interface TargetValue {
  readonly date: Day;
  readonly value: number;
}

/** What the move after a signal is measured on. */
export interface TrackMarket {
  readonly calendar: Calendar;
  readonly values: readonly TargetValue[];
  readonly moveOf: (entry: number, exit: number) => number;
  /** True for a session of which everything was known. */
  readonly isOver: (session: Day) => boolean;
}

/** One counted move: entered at the first session after the partition, left `horizonDays` sessions later. */
export interface TrackWindow {
  readonly partition: Day;
  readonly entry: Day;
  readonly exit: Day;
  /** In the direction of the signal, in the unit of the target. */
  readonly gain: number;
}

/** How a signal did. Null numbers have nothing to stand on. */
export interface TrackRecord {
  /** Partitions on which it spoke. */
  readonly spoke: number;
  /** Windows that are over and have both values. */
  readonly windows: number;
  /** Windows whose end was not known yet. */
  readonly open: number;
  /** Windows that are over and lack a value at one end. */
  readonly withoutValue: number;
  /** Share of the windows with a move in the direction of the signal, 0 to 1. */
  readonly hitRate: number | null;
  readonly meanMove: number | null;
  /** Most windows, taken from the first on, that do not overlap. */
  readonly nonOverlapping: number;
  /** Of the mean: the standard deviation of all windows over the root of those that do not overlap. */
  readonly standardError: number | null;
  readonly firstPartition: Day | null;
  readonly lastPartition: Day | null;
}

/** Finds the newest value up to a day that is not older than a few sessions. */
function createLookup({ calendar, values }: TrackMarket): (day: Day) => number | undefined {
  return (day) => {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle]!.date <= day) low = middle + 1;
      else high = middle;
    }
    const found = values[low - 1];
    return found === undefined || calendar.count(found.date, day) > MAX_CARRIED_SESSIONS
      ? undefined
      : found.value;
  };
}

function countNonOverlapping(windows: readonly TrackWindow[]): number {
  let count = 0;
  let busyUntil: Day = '';
  for (const { entry, exit } of windows) {
    if (entry < busyUntil) continue;
    count += 1;
    busyUntil = exit;
  }
  return count;
}

function measure(
  signal: SpokenSignal,
  market: TrackMarket,
  lookUp: (day: Day) => number | undefined,
): TrackWindow | 'open' | 'withoutValue' {
  const entry = market.calendar.next(signal.partition);
  const exit = market.calendar.add(entry, signal.horizonDays);
  if (!market.isOver(exit)) return 'open';
  const [first, last] = [lookUp(entry), lookUp(exit)];
  if (first === undefined || last === undefined) return 'withoutValue';
  const sign = signal.direction === 'LONG' ? 1 : -1;
  return { partition: signal.partition, entry, exit, gain: sign * market.moveOf(first, last) };
}

/** The windows of signals, ascending by partition, and what they come to. */
export function measureTrackRecord(signals: readonly SpokenSignal[], market: TrackMarket): TrackRecord {
  const lookUp = createLookup(market);
  const measured = signals.map((signal) => measure(signal, market, lookUp));
  const windows = measured.filter((item) => typeof item === 'object');
  const gains = windows.map(({ gain }) => gain);
  const nonOverlapping = countNonOverlapping(windows);
  return {
    spoke: signals.length,
    windows: windows.length,
    open: measured.filter((item) => item === 'open').length,
    withoutValue: measured.filter((item) => item === 'withoutValue').length,
    hitRate: gains.length === 0 ? null : gains.filter((gain) => gain > 0).length / gains.length,
    meanMove: gains.length === 0 ? null : mean(gains),
    nonOverlapping,
    standardError: nonOverlapping < 2 ? null : sampleStandardDeviation(gains) / Math.sqrt(nonOverlapping),
    firstPartition: windows[0]?.partition ?? null,
    lastPartition: windows.at(-1)?.partition ?? null,
  };
}
