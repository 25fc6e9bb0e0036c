import { correlateComplete } from '../../../shared/numeric/correlation.ts';
import type { StatRecord } from '../../../shared/silver/rows.ts';
import type { Day, Instant } from '../../../shared/time.ts';
import { formatInputs } from '../lineage.ts';
import type { ReturnRevision } from './derive.ts';
import type { ReturnPair } from './instruments.ts';
import { CORRELATION_WINDOW, STATS_FROM } from './stats.ts';

const DATES_PER_BREATH = 500;

/** What is known of a date on which both instruments have a price. */
interface CommonDate {
  readonly date: Day;
  readonly left: ReturnRevision;
  readonly right: ReturnRevision;
}

const CORRELATION = { stat: 'correlation', window: CORRELATION_WINDOW, unit: 'ratio' };
const TOO_FEW = `fewer than ${CORRELATION_WINDOW} common returns`;
const NO_COMMON_RETURN = 'no return of both on the date';
const NO_SPREAD = 'no spread in the window';

/** Place of the first element dated on or after a day. */
function findPlace(dates: readonly CommonDate[], day: Day): number {
  let low = 0;
  let high = dates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (dates[middle]!.date < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts a date where it belongs, or takes it out; returns its place and whether the places after it moved. */
function settle(dates: CommonDate[], day: Day, next: CommonDate | null): { at: number; isShift: boolean } {
  const at = findPlace(dates, day);
  const isKnown = dates[at]?.date === day;
  if (next === null) {
    if (isKnown) dates.splice(at, 1);
    return { at, isShift: isKnown };
  }
  dates.splice(at, isKnown ? 1 : 0, next);
  return { at, isShift: !isKnown };
}

function describeInputs({ left, right }: ReturnPair, window: readonly CommonDate[]): string {
  const [oldest, newest] = [window[0]!, window.at(-1)!];
  const highest = { left: 0, right: 0 };
  for (const common of window) {
    highest.left = Math.max(highest.left, common.left.returnRevision);
    highest.right = Math.max(highest.right, common.right.returnRevision);
  }
  return formatInputs([
    { key: left, first: oldest.left.from, last: newest.date, revision: highest.left },
    { key: right, first: oldest.right.from, last: newest.date, revision: highest.right },
  ]);
}

/** Correlation of the log returns of the last 63 common dates, −1 to 1; null when one of them has no spread. */
function correlate(window: readonly CommonDate[]): number | null {
  return correlateComplete(
    window.map(({ left }) => left.logReturn!),
    window.map(({ right }) => right.logReturn!),
  );
}

/**
 * Statistics of two instruments from all revisions of their returns, under the instrument `left~right`: `correlation` of
 * the log returns of the last 63 dates that both have (each side's return goes back to its own session before, so a
 * holiday of one side makes its next return longer), and for two quotations of one thing `price_gap`,
 * `(left/right − 1)·100` in percent.
 *
 * Replays the moments of both sides: what becomes known later changes no earlier row.
 */
export async function derivePair(
  pair: ReturnPair,
  left: readonly ReturnRevision[],
  right: readonly ReturnRevision[],
  breathe: () => Promise<void>,
): Promise<StatRecord[]> {
  const stats: StatRecord[] = [];
  const known = { left: new Map<Day, ReturnRevision>(), right: new Map<Day, ReturnRevision>() };
  const common: CommonDate[] = [];
  const said = { correlation: new Map<Day, number | null>(), gap: new Map<Day, number | null>() };
  const events = [
    ...left.map((revision) => ({ side: 'left' as const, revision })),
    ...right.map((revision) => ({ side: 'right' as const, revision })),
  ].sort((a, b) => a.revision.knownAt - b.revision.knownAt);

  const emit = (
    what: Pick<StatRecord, 'stat' | 'window' | 'unit' | 'inputs'>,
    sessionDate: Day,
    knownAt: Instant,
    value: number | null,
    reason: string,
  ): void => {
    const inForce = what.stat === 'correlation' ? said.correlation : said.gap;
    if (inForce.get(sessionDate) === value) return;
    inForce.set(sessionDate, value);
    if (sessionDate < STATS_FROM) return;
    stats.push({
      instrument: pair.key,
      ...what,
      sessionDate,
      knownAt,
      value,
      reason: value === null ? reason : null,
    });
  };

  const emitCorrelation = (at: number, knownAt: Instant): void => {
    const window = common.slice(at + 1 - CORRELATION_WINDOW, at + 1);
    const value = correlate(window);
    const { date } = common[at]!;
    if (said.correlation.get(date) === value) return;
    emit({ ...CORRELATION, inputs: describeInputs(pair, window) }, date, knownAt, value, NO_SPREAD);
  };

  const retract = (date: Day, knownAt: Instant, reason: string): void =>
    emit({ ...CORRELATION, inputs: '' }, date, knownAt, null, reason);

  const emitGap = (date: Day, knownAt: Instant): void => {
    const [one, other] = [known.left.get(date), known.right.get(date)];
    if (one === undefined || other === undefined) return;
    const inputs = formatInputs([
      { key: pair.left, first: date, last: date, revision: one.revision },
      { key: pair.right, first: date, last: date, revision: other.revision },
    ]);
    const value = other.price > 0 ? (one.price / other.price - 1) * 100 : null;
    emit(
      { stat: 'price_gap', window: 0, unit: 'percent', inputs },
      date,
      knownAt,
      value,
      'price not positive',
    );
  };

  let computed = 0;
  for (let start = 0; start < events.length;) {
    const { knownAt } = events[start]!.revision;
    const dates = new Set<Day>();
    let end = start;
    for (; events[end]?.revision.knownAt === knownAt; end += 1) {
      const { side, revision } = events[end]!;
      known[side].set(revision.date, revision);
      dates.add(revision.date);
    }
    let from = Infinity;
    let to = -1;
    for (const date of [...dates].sort()) {
      const [one, other] = [known.left.get(date), known.right.get(date)];
      const isCommon = (one?.logReturn ?? null) !== null && (other?.logReturn ?? null) !== null;
      const { at, isShift } = settle(common, date, isCommon ? { date, left: one!, right: other! } : null);
      if (isCommon || isShift) from = Math.min(from, at);
      to = isShift ? Infinity : Math.max(to, isCommon ? at + CORRELATION_WINDOW - 1 : -1);
      if (!isCommon && said.correlation.has(date)) retract(date, knownAt, NO_COMMON_RETURN);
      if (pair.isSamePrice) emitGap(date, knownAt);
    }
    for (let at = from; at < common.length && at <= to; at += 1) {
      const { date } = common[at]!;
      if (date >= STATS_FROM && at + 1 >= CORRELATION_WINDOW) emitCorrelation(at, knownAt);
      else if (said.correlation.has(date)) retract(date, knownAt, TOO_FEW);
      computed += 1;
      if (computed % DATES_PER_BREATH === 0) await breathe();
    }
    start = end;
  }
  return stats;
}
