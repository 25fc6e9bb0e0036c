import type { Calendar } from '../../../shared/calendars/calendar.ts';
import {
  computeDrawdowns,
  computeLogReturns,
  computeSimpleReturns,
  SESSIONS_PER_YEAR,
  updateEwmaVariance,
} from '../../../shared/numeric/returns.ts';
import { computeEma } from '../../../shared/numeric/standing.ts';
import type { PriceRecord, StatRecord } from '../../../shared/silver/rows.ts';
import type { Day, Instant } from '../../../shared/time.ts';
import type { PriceRevision } from './prices.ts';
import { EMA_SPAN, EWMA_DECAY, STATS_FROM, WINDOW_STATS } from './stats.ts';

/** A return over more sessions than this spans a gap in the data. */
const GAP_SESSIONS = 5;
const SESSIONS_PER_BREATH = 50;

/** What is known of one session, with everything that the next one continues from. */
interface Session {
  readonly date: Day;
  readonly price: number;
  readonly field: string;
  logReturn: number | null;
  simpleReturn: number | null;
  flags: string[];
  ema: number;
  /** EWMA variance with the returns up to this session, per session. */
  varianceAfter: number | null;
  peak: number;
  /** Returns present up to and including this session. */
  returnCounts: { readonly simple: number; readonly log: number };
  /** What was last said of this session: the price row, and each statistic by its place in the list. */
  readonly said: { price: string; readonly stats: (number | null | undefined)[] };
}

/** Rows of one instrument, every revision. */
export interface DerivedReturns {
  readonly prices: PriceRecord[];
  readonly stats: StatRecord[];
}

interface StatValue {
  readonly stat: string;
  readonly window: number;
  readonly value: number | null;
  readonly reason: string | null;
}

/** Known sessions in date order, with the prices and the returns present up to the session last advanced. */
interface Tape {
  readonly sessions: Session[];
  readonly prices: number[];
  readonly returns: { readonly simple: number[]; readonly log: number[] };
}

function flag(previous: Session | undefined, session: Session, calendar: Calendar): string[] {
  const flags: string[] = [];
  if (!(session.price > 0)) flags.push('non_positive_price');
  if (previous === undefined) return flags;
  if (!(previous.price > 0)) flags.push('after_non_positive_price');
  if (calendar.count(previous.date, session.date) > GAP_SESSIONS) flags.push('gap');
  // A return between an adjusted and a raw price mixes two bases.
  if (previous.field !== session.field) flags.push('mixed_price_fields');
  return flags;
}

/** Computes what session `i` adds, from the one before it. */
function advance(tape: Tape, i: number, calendar: Calendar): void {
  const session = tape.sessions[i]!;
  const previous = tape.sessions[i - 1];
  const pair = previous === undefined ? [null, session.price] : [previous.price, session.price];
  session.logReturn = computeLogReturns(pair)[1] ?? null;
  session.simpleReturn = computeSimpleReturns(pair)[1] ?? null;
  session.flags = flag(previous, session, calendar);
  session.ema =
    previous === undefined ? session.price : computeEma([previous.ema, session.price], EMA_SPAN)[1]!;
  session.peak = Math.max(previous?.peak ?? session.price, session.price);
  const variance = previous?.varianceAfter ?? null;
  const { simpleReturn } = session;
  if (simpleReturn === null) session.varianceAfter = variance;
  else if (variance === null) session.varianceAfter = simpleReturn ** 2;
  else session.varianceAfter = updateEwmaVariance(variance, simpleReturn, EWMA_DECAY);
  const counts = previous?.returnCounts ?? { simple: 0, log: 0 };
  tape.prices.length = i;
  tape.prices.push(session.price);
  tape.returns.simple.length = counts.simple;
  tape.returns.log.length = counts.log;
  if (simpleReturn !== null) tape.returns.simple.push(simpleReturn);
  if (session.logReturn !== null) tape.returns.log.push(session.logReturn);
  session.returnCounts = { simple: tape.returns.simple.length, log: tape.returns.log.length };
}

function describeValue(stat: string, window: number, value: number | null, reason: string): StatValue {
  return { stat, window, value, reason: value === null ? reason : null };
}

const NO_SPREAD = 'no spread in the window';
const NO_RETURN = 'no return of the session';

/** Statistics of session `i`, which must be the last one advanced: always the same ones in the same places. */
function listStats(tape: Tape, i: number): (StatValue | null)[] {
  const session = tape.sessions[i]!;
  const rolling = WINDOW_STATS.map(({ stat, window, over, compute }) => {
    const values = over === 'price' ? tape.prices : tape.returns[over];
    if (values.length < window) return null;
    const isMissing =
      over !== 'price' && (over === 'simple' ? session.simpleReturn : session.logReturn) === null;
    if (isMissing) return describeValue(stat, window, null, NO_RETURN);
    return describeValue(stat, window, compute(values.slice(-window)), NO_SPREAD);
  });
  const [, drawdown] = computeDrawdowns([session.peak, session.price]);
  const variance = session.varianceAfter;
  const ewmaVol = variance === null ? null : Math.sqrt(variance * SESSIONS_PER_YEAR);
  return [
    ...rolling,
    describeValue('ema', EMA_SPAN, session.ema, ''),
    describeValue('drawdown', 0, drawdown?.drawdown ?? null, 'no positive price yet'),
    ewmaVol === null
      ? null
      : describeValue('ewma_vol', 0, session.simpleReturn === null ? null : ewmaVol, NO_RETURN),
  ];
}

function createSession({ date, price, field }: PriceRevision, said: Session['said']): Session {
  return {
    date,
    price,
    field,
    logReturn: null,
    simpleReturn: null,
    flags: [],
    ema: price,
    varianceAfter: null,
    peak: price,
    returnCounts: { simple: 0, log: 0 },
    said,
  };
}

/** Puts a price on the tape; returns its place, or null when nothing changed. */
function place(tape: Tape, revision: PriceRevision): number | null {
  const { sessions } = tape;
  let at = sessions.length;
  while (at > 0 && sessions[at - 1]!.date >= revision.date) at -= 1;
  const known = sessions[at];
  const isSameDate = known?.date === revision.date;
  if (isSameDate && known.price === revision.price && known.field === revision.field) return null;
  const said = isSameDate ? known.said : { price: '', stats: [] };
  sessions.splice(at, isSameDate ? 1 : 0, createSession(revision, said));
  return at;
}

/**
 * Prices, returns and statistics of one instrument from all revisions of its prices. Replays them in the order in which
 * they became known and adds a row wherever a value differs from the one in force, so a restated price restates what
 * follows from it and nothing earlier. Returns go from one known session to the next, nothing is filled in between.
 */
export async function deriveReturns(
  instrument: string,
  revisions: readonly PriceRevision[],
  calendar: Calendar,
  breathe: () => Promise<void>,
): Promise<DerivedReturns> {
  const tape: Tape = { sessions: [], prices: [], returns: { simple: [], log: [] } };
  const prices: PriceRecord[] = [];
  const stats: StatRecord[] = [];
  const events = [...revisions].sort(
    (a, b) => a.knownAt - b.knownAt || (a.date < b.date ? -1 : a.date > b.date ? 1 : 0),
  );
  let advanced = 0;

  const emit = (i: number, knownAt: Instant): void => {
    const { date, price, field, logReturn, simpleReturn, flags, said } = tape.sessions[i]!;
    const content = [price, field, logReturn, simpleReturn, ...flags].join('|');
    if (said.price !== content) {
      said.price = content;
      prices.push({
        instrument,
        sessionDate: date,
        knownAt,
        price,
        field,
        unit: '',
        close: null,
        logReturn,
        simpleReturn,
        priceReturn: null,
        flags,
        inputs: '',
      });
    }
    if (date < STATS_FROM) return;
    for (const [at, found] of listStats(tape, i).entries()) {
      if (found === null || said.stats[at] === found.value) continue;
      said.stats[at] = found.value;
      stats.push({ instrument, ...found, unit: '', sessionDate: date, knownAt, inputs: '' });
    }
  };

  for (let start = 0; start < events.length;) {
    const { knownAt } = events[start]!;
    let from = Infinity;
    let end = start;
    for (; events[end]?.knownAt === knownAt; end += 1) {
      // Of several revisions of a date at one moment the last stored one is in force.
      const next = events[end + 1];
      if (next?.knownAt === knownAt && next.date === events[end]!.date) continue;
      from = Math.min(from, place(tape, events[end]!) ?? Infinity);
    }
    for (let i = from; i < tape.sessions.length; i += 1) {
      advance(tape, i, calendar);
      emit(i, knownAt);
      advanced += 1;
      if (advanced % SESSIONS_PER_BREATH === 0) await breathe();
    }
    start = end;
  }
  return { prices, stats };
}
