import { NEW_YORK, type Day } from '../../time.ts';
import type {
  Connector,
  CurvePointRow,
  FetchWindow,
  KeyDefinition,
  ParseResult,
  Payload,
  RejectedRow,
  WindowRequest,
} from '../connector.ts';
import { absolute, usualStaleness, within } from '../bounds.ts';
import { shiftDecimal } from '../decimal-text.ts';
import { isDecimalText } from '../json-body.ts';
import { decodeText, pickPayload, requireOk } from '../payload-text.ts';
import { sameDay } from '../release.ts';
import { scaleOf } from '../units.ts';
import type { ParDay } from './par-table.ts';
import { parseCsv } from './parse-csv.ts';
import { parseXml } from './parse-xml.ts';

const RATES_PART = 'rates';
const BASE_URL =
  'https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv';
const RELEASE = sameDay('18:00', NEW_YORK);
/** What the longest model of the curve reads before the first partition asked for. */
const LOOK_BACK_YEARS = 6;

const NOMINAL: KeyDefinition = {
  key: 'UST_NOM',
  code: 'daily_treasury_yield_curve',
  name: 'US Treasury par yield curve, nominal',
  unit: 'decimal_per_year',
  frequency: 'D',
  country: 'US',
  calendar: 'US_GOV',
  release: RELEASE,
  vintageMode: 'first_seen',
  mandatory: true,
  scale: scaleOf('decimal_per_year'),
  revises: false,
  ...within(-0.01, 0.2, absolute(0.03)),
  maxStaleness: usualStaleness('D', true),
  verified: 'equal to FRED DGS* on every common day (11,848 comparisons)',
  feeds: 'silver_curves: UST_NOM, UST_NOM_ZERO, UST_BEI, agent_monetary_policy',
};

const REAL: KeyDefinition = {
  key: 'UST_REAL',
  code: 'daily_treasury_real_yield_curve',
  name: 'US Treasury par yield curve, real (TIPS)',
  unit: 'decimal_per_year',
  frequency: 'D',
  country: 'US',
  calendar: 'US_GOV',
  release: RELEASE,
  vintageMode: 'first_seen',
  mandatory: false,
  scale: scaleOf('decimal_per_year'),
  revises: false,
  ...within(-0.05, 0.1, absolute(0.02)),
  maxStaleness: usualStaleness('D', false),
  verified: 'data type as listed by the Treasury; no recording to compare with',
  feeds: 'silver_curves: UST_REAL, UST_REAL_ZERO, UST_BEI',
};

function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

function listWindows(key: KeyDefinition, request: WindowRequest): FetchWindow[] {
  const { mode, today } = request;
  const thisYear = yearOf(today);
  const buildYear = (year: number, id: string): FetchWindow => {
    const to = year === thisYear ? today : `${year}-12-31`;
    return { key: key.key, id, from: `${year}-01-01`, to };
  };
  if (mode === 'recent') {
    const first = today.slice(5, 7) === '01' ? thisYear - 1 : thisYear;
    const years = first === thisYear ? [thisYear] : [first, thisYear];
    return years.map((year) => buildYear(year, `${year}-${today}`));
  }
  const last = Math.min(yearOf(request.to), thisYear);
  const windows: FetchWindow[] = [];
  for (let year = yearOf(request.from) - LOOK_BACK_YEARS; year <= last; year += 1) {
    windows.push(buildYear(year, String(year)));
  }
  return windows;
}

function parseBody(text: string): ParDay[] {
  return text.trimStart().startsWith('<') ? parseXml(text) : parseCsv(text);
}

function parseRates(key: KeyDefinition, window: FetchWindow, payload: Payload): ParseResult {
  const text = decodeText(payload.body);
  requireOk(payload, text);
  const points = new Map<string, CurvePointRow>();
  const rejected: RejectedRow[] = [];
  for (const { date, rates } of parseBody(text)) {
    if (date < window.from || date > window.to) continue;
    const released = key.release.timeOf(date);
    for (const { tenor, percent } of rates) {
      const raw = `${tenor.label} ${percent}`;
      if (!isDecimalText(percent)) {
        rejected.push({ key: key.key, date, reason: 'unreadable rate', raw });
        continue;
      }
      points.set(`${date} ${tenor.label}`, {
        table: 'curve_points',
        key: key.key,
        curveId: key.key === REAL.key ? 'UST_REAL' : 'UST_NOM',
        date,
        vertex: tenor.label,
        maturity: null,
        calendarDays: tenor.calendarDays,
        businessDays: null,
        rate: shiftDecimal(percent, -2),
        price: null,
        rateKind: 'par',
        vintageAt: null,
        releaseTime: released.time,
        releaseBasis: released.basis,
      });
    }
  }
  const rows = [...points.values()].sort((a, b) =>
    a.date === b.date ? a.calendarDays - b.calendarDays : a.date < b.date ? -1 : 1,
  );
  return { rows, rejected };
}

/**
 * Daily par yield curves of the US Treasury, nominal and real: one CSV per year and curve, rates as decimal fractions,
 * nominal tenors. The same body as Atom XML is read too.
 *
 * Source: https://home.treasury.gov, posted by 18:00 America/New_York of the day.
 */
export const treasuryConnector: Connector = {
  provider: 'treasury',
  keys: [NOMINAL, REAL],
  windows: listWindows,
  async fetch(key, window, http) {
    const year = yearOf(window.from);
    const query = `type=${key.code}&field_tdr_date_value=${year}&page&_format=csv`;
    return [await http.get({ part: RATES_PART, url: `${BASE_URL}/${year}/all?${query}` })];
  },
  parse: (key, window, payloads) => parseRates(key, window, pickPayload(payloads, RATES_PART)),
};
