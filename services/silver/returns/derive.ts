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
import { formatInputs } from '../lineage.ts';
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
  readonly close: number;
  revision: number;
  /** Highest revision up to and including this session. */
  revisionSoFar: number;
  logReturn: number | null;
  simpleReturn: number | null;
  priceReturn: number | null;
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

/** The price of a session and the return that leads to it, as known from a moment on. */
export interface ReturnRevision {
  /** Session that the return starts from; the session itself without one. */
  readonly from: Day;
  readonly date: Day;
  readonly price: number;
  readonly logReturn: number | null;
  /** Bronze revision of the price, and the highest one of the two that make the return. */
  readonly revision: number;
  readonly returnRevision: number;
  readonly knownAt: Instant;
}

/** Rows of one instrument, every revision. */
export interface DerivedReturns {
  readonly prices: PriceRecord[];
  readonly stats: StatRecord[];
  /** What the statistics of pairs are made from, in the order of the moments. */
  readonly returns: ReturnRevision[];
}

interface StatValue {
  readonly stat: string;
  readonly window: number;
  /** Null: that of the price. */
  readonly unit: string | null;
  readonly value: number | null;
  readonly reason: string | null;
  /** Place of the oldest session that the value uses. */
  readonly first: number;
}

/** Returns that are present, with the place of the session each of them ends with. */
interface ReturnList {
  readonly values: number[];
  readonly places: number[];
}

/** Known sessions in date order, with the prices and the returns present up to the session last advanced. */
interface Tape {
  readonly sessions: Session[];
  readonly prices: number[];
  readonly returns: { readonly simple: ReturnList; readonly log: ReturnList };
}

function cut({ values, places }: ReturnList, count: number): void {
  values.length = count;
  places.length = count;
}

function push({ values, places }: ReturnList, value: number | null, at: number): void {
  if (value === null) return;
  values.push(value);
  places.push(at);
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
  session.priceReturn =
    previous === undefined ? null : (computeSimpleReturns([previous.close, session.close])[1] ?? null);
  session.revisionSoFar = Math.max(previous?.revisionSoFar ?? 0, session.revision);
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
  const { simple, log } = tape.returns;
  cut(simple, counts.simple);
  cut(log, counts.log);
  push(simple, simpleReturn, i);
  push(log, session.logReturn, i);
  session.returnCounts = { simple: simple.values.length, log: log.values.length };
}

type Described = Pick<StatValue, 'stat' | 'window' | 'unit' | 'first'>;

function describeValue(what: Described, value: number | null, reason: string): StatValue {
  const { stat, window, unit, first } = what;
  return { stat, window, unit, first, value, reason: value === null ? reason : null };
}

const NO_SPREAD = 'no spread in the window';
const NO_RETURN = 'no return of the session';

/** Statistics of session `i`, which must be the last one advanced: always the same ones in the same places. */
function listStats(tape: Tape, i: number): (StatValue | null)[] {
  const session = tape.sessions[i]!;
  const windows = new Map<string, readonly number[]>();
  const rolling = WINDOW_STATS.map(({ stat, window, over, unit, compute }) => {
    const returns = over === 'price' ? null : tape.returns[over];
    const values = returns === null ? tape.prices : returns.values;
    if (values.length < window) return null;
    const isMissing =
      over !== 'price' && (over === 'simple' ? session.simpleReturn : session.logReturn) === null;
    if (isMissing) return describeValue({ stat, window, unit, first: i }, null, NO_RETURN);
    // A return also uses the price of the session before it.
    const first = returns === null ? i - window + 1 : returns.places[values.length - window]! - 1;
    const id = `${over} ${window}`;
    const held = windows.get(id) ?? values.slice(-window);
    windows.set(id, held);
    return describeValue({ stat, window, unit, first }, compute(held), NO_SPREAD);
  });
  const [, drawdown] = computeDrawdowns([session.peak, session.price]);
  const variance = session.varianceAfter;
  const ewmaVol = variance === null ? null : Math.sqrt(variance * SESSIONS_PER_YEAR);
  return [
    ...rolling,
    describeValue({ stat: 'ema', window: EMA_SPAN, unit: null, first: 0 }, session.ema, ''),
    describeValue(
      { stat: 'drawdown', window: 0, unit: 'decimal', first: 0 },
      drawdown?.drawdown ?? null,
      'no positive price yet',
    ),
    ewmaVol === null
      ? null
      : describeValue(
          { stat: 'ewma_vol', window: 0, unit: 'decimal_per_year', first: 0 },
          session.simpleReturn === null ? null : ewmaVol,
          NO_RETURN,
        ),
  ];
}

/** Highest revision among the sessions from place `first` to place `last`. */
function findRevision({ sessions }: Tape, first: number, last: number): number {
  const soFar = sessions[last]!.revisionSoFar;
  if (soFar === 0 || first === 0) return soFar;
  let highest = 0;
  for (let at = first; at <= last; at += 1) highest = Math.max(highest, sessions[at]!.revision);
  return highest;
}

function createSession(
  { date, price, field, close, revision }: PriceRevision,
  said: Session['said'],
): Session {
  return {
    date,
    price,
    field,
    close,
    revision,
    revisionSoFar: revision,
    logReturn: null,
    simpleReturn: null,
    priceReturn: null,
    flags: [],
    ema: price,
    varianceAfter: null,
    peak: price,
    returnCounts: { simple: 0, log: 0 },
    said,
  };
}

function isSamePrice(known: Session, { price, field, close }: PriceRevision): boolean {
  return known.price === price && known.field === field && known.close === close;
}

/** A revision that repeats the price (of a bar whose high was corrected) changes lineage only. */
function renumber(sessions: readonly Session[], at: number, revision: number): void {
  sessions[at]!.revision = revision;
  for (let i = at; i < sessions.length; i += 1) {
    const session = sessions[i]!;
    session.revisionSoFar = Math.max(sessions[i - 1]?.revisionSoFar ?? 0, session.revision);
  }
}

/** Puts a price on the tape; returns its place, or null when nothing changed. */
function place(tape: Tape, revision: PriceRevision): number | null {
  const { sessions } = tape;
  let at = sessions.length;
  while (at > 0 && sessions[at - 1]!.date >= revision.date) at -= 1;
  const known = sessions[at];
  const isSameDate = known?.date === revision.date;
  if (isSameDate && isSamePrice(known, revision)) {
    renumber(sessions, at, revision.revision);
    return null;
  }
  const said = isSameDate ? known.said : { price: '', stats: [] };
  sessions.splice(at, isSameDate ? 1 : 0, createSession(revision, said));
  return at;
}

/** In the order of the moments; within one by date, and of a date the newest revision last. */
function listEvents(revisions: readonly PriceRevision[]): PriceRevision[] {
  return [...revisions].sort(
    (a, b) =>
      a.knownAt - b.knownAt || (a.date < b.date ? -1 : a.date > b.date ? 1 : 0) || a.revision - b.revision,
  );
}

/** What is derived, and for whom. */
export interface ReturnSubject {
  readonly instrument: string;
  /** Unit of the price. */
  readonly unit: string;
  /** Sessions of the instrument: tells a gap from a weekend. */
  readonly calendar: Calendar;
}

/**
 * Prices, returns and statistics of one instrument from all revisions of its prices. Replays them in the order in which
 * they became known and adds a row wherever a value differs from the one in force, so a restated price restates what
 * follows from it and nothing earlier. Returns go from one known session to the next, nothing is filled in between:
 * `log_return` and `simple_return` are those of the comparable price (total return where dividends are paid),
 * `price_return` that of the close. A change of lineage alone adds no row.
 */
export async function deriveReturns(
  { instrument, unit, calendar }: ReturnSubject,
  revisions: readonly PriceRevision[],
  breathe: () => Promise<void>,
): Promise<DerivedReturns> {
  const tape: Tape = {
    sessions: [],
    prices: [],
    returns: { simple: { values: [], places: [] }, log: { values: [], places: [] } },
  };
  const prices: PriceRecord[] = [];
  const stats: StatRecord[] = [];
  const returns: ReturnRevision[] = [];
  const events = listEvents(revisions);
  let advanced = 0;

  const describe = (first: number, last: number): string => {
    const { sessions } = tape;
    const revision = findRevision(tape, first, last);
    return formatInputs([
      { key: instrument, first: sessions[first]!.date, last: sessions[last]!.date, revision },
    ]);
  };

  const emitPrice = (i: number, knownAt: Instant): void => {
    const session = tape.sessions[i]!;
    const { date, price, field, close, logReturn, simpleReturn, priceReturn, flags, said } = session;
    const content = [price, field, close, logReturn, simpleReturn, priceReturn, ...flags].join('|');
    if (said.price === content) return;
    said.price = content;
    const first = Math.max(0, i - 1);
    prices.push({
      instrument,
      sessionDate: date,
      knownAt,
      price,
      field,
      unit,
      close,
      logReturn,
      simpleReturn,
      priceReturn,
      flags,
      inputs: describe(first, i),
    });
    returns.push({
      from: tape.sessions[first]!.date,
      date,
      price,
      logReturn,
      revision: session.revision,
      returnRevision: findRevision(tape, first, i),
      knownAt,
    });
  };

  const emitStats = (i: number, knownAt: Instant): void => {
    const { date, said } = tape.sessions[i]!;
    if (date < STATS_FROM) return;
    const inputsFrom = new Map<number, string>();
    for (const [at, found] of listStats(tape, i).entries()) {
      if (found === null || said.stats[at] === found.value) continue;
      said.stats[at] = found.value;
      const { stat, window, value, reason, first } = found;
      const inputs = inputsFrom.get(first) ?? describe(first, i);
      inputsFrom.set(first, inputs);
      stats.push({
        instrument,
        stat,
        window,
        sessionDate: date,
        knownAt,
        value,
        unit: found.unit ?? unit,
        reason,
        inputs,
      });
    }
  };

  for (let start = 0; start < events.length;) {
    const { knownAt } = events[start]!;
    let from = Infinity;
    let end = start;
    for (; events[end]?.knownAt === knownAt; end += 1) {
      // Of several revisions of a date at one moment the newest is in force.
      const next = events[end + 1];
      if (next?.knownAt === knownAt && next.date === events[end]!.date) continue;
      from = Math.min(from, place(tape, events[end]!) ?? Infinity);
    }
    for (let i = from; i < tape.sessions.length; i += 1) {
      advance(tape, i, calendar);
      emitPrice(i, knownAt);
      emitStats(i, knownAt);
      advanced += 1;
      if (advanced % SESSIONS_PER_BREATH === 0) await breathe();
    }
    start = end;
  }
  return { prices, stats, returns };
}
