import { DateTime } from 'luxon';

/** Where and when a symbol's bars open: the stamp of a daily bar is its session's open instant. */
export interface YahooSession {
  /** IANA zone, `exchangeTimezoneName` of the answer. */
  readonly zone: string;
  /** Minutes after local midnight at which the bar is stamped. */
  readonly openMinutes: number;
  /** Length of the regular session in minutes. */
  readonly lengthMinutes: number;
  readonly exchangeName: string;
  readonly fullExchangeName: string;
  readonly instrumentType: string;
  readonly currency: string;
}

interface SessionRule {
  readonly pattern: RegExp;
  readonly session: YahooSession;
}

const ALL_DAY = 24 * 60 - 1;

/** Quote currency of a Yahoo FX symbol: `EURUSD=X` is USD, `BRL=X` is BRL per USD. */
function readFxCurrency(symbol: string): string {
  return symbol.replace('=X', '').slice(-3);
}

/**
 * The 10:00 of ^BVSP is inferred; FX 00:00 London and COMEX/NYMEX/ICE 00:00 New York are as recorded;
 * US cash indices and ETFs open 09:30 New York, which ^VIX shows on Chicago's clock.
 */
const RULES: readonly SessionRule[] = [
  {
    pattern: /^\^BVSP$/,
    session: describe('America/Sao_Paulo', 600, 7 * 60, ['SAO', 'São Paulo'], 'INDEX', 'BRL'),
  },
  {
    pattern: /\.SA$/,
    session: describe('America/Sao_Paulo', 600, 7 * 60, ['SAO', 'São Paulo'], 'EQUITY', 'BRL'),
  },
  { pattern: /=X$/, session: describe('Europe/London', 0, ALL_DAY, ['CCY', 'CCY'], 'CURRENCY', '') },
  {
    pattern: /^[ZKL]\w=F$/,
    session: describe('America/New_York', 0, ALL_DAY, ['CBT', 'CBOT'], 'FUTURE', 'USX'),
  },
  {
    pattern: /^(GC|SI|HG)=F$/,
    session: describe('America/New_York', 0, ALL_DAY, ['CMX', 'COMEX'], 'FUTURE', 'USD'),
  },
  {
    pattern: /=F$/,
    session: describe('America/New_York', 0, ALL_DAY, ['NYM', 'NY Mercantile'], 'FUTURE', 'USD'),
  },
  {
    pattern: /\.NYB$/,
    session: describe('America/New_York', 0, ALL_DAY, ['NYB', 'ICE Futures'], 'INDEX', 'USD'),
  },
  { pattern: /-USD$/, session: describe('UTC', 0, ALL_DAY, ['CCC', 'CCC'], 'CRYPTOCURRENCY', 'USD') },
  {
    pattern: /^\^VIX$/,
    session: describe('America/Chicago', 510, 405, ['CXI', 'Cboe Indices'], 'INDEX', 'USD'),
  },
  { pattern: /^\^/, session: describe('America/New_York', 570, 390, ['SNP', 'SNP'], 'INDEX', 'USD') },
  {
    pattern: /^(EWZ|TIP|TLT|HYG|EMB|LQD|GSG)$/,
    session: describe('America/New_York', 570, 390, ['PCX', 'NYSEArca'], 'ETF', 'USD'),
  },
  { pattern: /^/, session: describe('America/New_York', 570, 390, ['NYQ', 'NYSE'], 'EQUITY', 'USD') },
];

function describe(
  zone: string,
  openMinutes: number,
  lengthMinutes: number,
  [exchangeName, fullExchangeName]: readonly [string, string],
  instrumentType: string,
  currency: string,
): YahooSession {
  return { zone, openMinutes, lengthMinutes, exchangeName, fullExchangeName, instrumentType, currency };
}

/** The session of a symbol, recognized by the form of its name. */
export function findYahooSession(symbol: string): YahooSession {
  const session = RULES.find((rule) => rule.pattern.test(symbol))?.session;
  if (session === undefined) throw new Error(`no session rule matches ${symbol}`);
  return session.currency === '' ? { ...session, currency: readFxCurrency(symbol) } : session;
}

/** Offsets from UTC within one month, in minutes: `before` until the day the clocks change, `after` from the next day on. */
interface MonthOffsets {
  readonly before: number;
  readonly after: number;
  readonly changeDay: number;
}

/**
 * Turns ISO dates into the epoch second of the session's open. Time-zone arithmetic is slow over half a century of
 * days, so each month is worked out once.
 */
export function createSessionClock(session: YahooSession): (date: string) => number {
  const starts = new Map<string, number>();
  const findStartOffset = (month: string): number => {
    const offset = starts.get(month) ?? DateTime.fromISO(`${month}-01`, { zone: session.zone }).offset;
    starts.set(month, offset);
    return offset;
  };
  const months = new Map<string, MonthOffsets>();
  return (date) => {
    const month = date.slice(0, 7);
    const offsets =
      months.get(month) ??
      findMonthOffsets(session.zone, month, findStartOffset(month), findStartOffset(nameNextMonth(month)));
    months.set(month, offsets);
    const day = Number(date.slice(8));
    const regular = day < offsets.changeDay ? offsets.before : offsets.after;
    const offset = day === offsets.changeDay ? findOpenOffset(session, date) : regular;
    return Date.parse(`${date}T00:00:00Z`) / 1000 + (session.openMinutes - offset) * 60;
  };
}

function nameNextMonth(month: string): string {
  const [year = '', number = ''] = month.split('-');
  return new Date(Date.UTC(Number(year), Number(number), 1)).toISOString().slice(0, 7);
}

function findMonthOffsets(zone: string, month: string, before: number, after: number): MonthOffsets {
  if (before === after) return { before, after, changeDay: 0 };
  const first = DateTime.fromISO(`${month}-01`, { zone });
  let unchanged = 1;
  let changed: number = first.daysInMonth ?? 31;
  while (changed - unchanged > 1) {
    const middle = Math.floor((unchanged + changed) / 2);
    if (first.set({ day: middle }).offset === before) unchanged = middle;
    else changed = middle;
  }
  const lastIsChanged = first.set({ day: changed }).offset !== before;
  return { before, after, changeDay: lastIsChanged ? unchanged : changed };
}

function findOpenOffset(session: YahooSession, date: string): number {
  const hour = Math.floor(session.openMinutes / 60);
  return DateTime.fromISO(date, { zone: session.zone }).set({ hour, minute: session.openMinutes % 60 })
    .offset;
}

/** ISO date of an epoch second on the exchange's clock. */
export function dateStamp(zone: string, stamp: number): string {
  return DateTime.fromSeconds(stamp, { zone }).toFormat('yyyy-MM-dd');
}

/** Offset of the zone from UTC in seconds, and its short name as Yahoo prints it. */
export function describeOffset(zone: string, stamp: number): { gmtoffset: number; timezone: string } {
  const local = DateTime.fromSeconds(stamp, { zone }).setLocale('en-US');
  const names: Readonly<Record<string, string>> = {
    'America/Sao_Paulo': 'BRT',
    'Europe/London': local.offset === 0 ? 'GMT' : 'BST',
  };
  return { gmtoffset: local.offset * 60, timezone: names[zone] ?? local.offsetNameShort ?? zone };
}
