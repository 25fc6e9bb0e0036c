import { getCalendar } from '../../shared/calendars/calendars.ts';
import { describeContract, isFutureTicker, type Family } from '../../shared/connectors/b3/contracts.ts';
import { treasuryConnector } from '../../shared/connectors/treasury/treasury.ts';
import type { StoredCurvePoint } from '../../shared/db/reader.ts';
import { computeLinear360FromPu, computeRateFromPu } from '../../shared/numeric/rates.ts';
import { addDays, type Day, type Instant } from '../../shared/time.ts';
import { readReferencePage } from './b3-archives.ts';
import { buildPayload, readRecorded, readRecordedText } from './recorded-payload.ts';

const SETTLEMENTS = 'b3/tables/settlement_prices_weekly_2021-01-04_2022-06-27.csv';
const DAILY_DI1 = 'b3/tables/di1_daily_curve_2026-01-02_2026-05-29.csv';
const CURVE_OF = {
  DI1: 'DI_PRE',
  DAP: 'DI_IPCA',
  DDI: 'CUPOM_CAMBIAL',
  FRC: 'CUPOM_CAMBIAL',
  DOL: 'USDBRL_FWD',
} as const satisfies Record<Family, string>;

/** Reference pages that were recorded. */
export const RECORDED_PAGES = [
  { key: 'PRE', curveId: 'DI_PRE', dates: ['2021-01-04', '2023-01-02', '2024-01-02', '2025-01-02'] },
  { key: 'DIC', curveId: 'DI_IPCA', dates: ['2021-01-04', '2023-01-02', '2025-01-02'] },
  { key: 'DOC', curveId: 'CUPOM_CAMBIAL', dates: ['2021-01-04', '2023-01-02', '2025-01-02'] },
] as const;

/** Files of par yields, later ones correcting nothing: each date is taken from the first that has it. */
const PAR_YIELDS = [
  'treasury/csv/par_yield_all_1990_20220311.csv',
  'treasury/csv/rewritten_2022.csv',
  'treasury/csv/rewritten_2023.csv',
  'treasury/csv/rewritten_2024.csv',
];

const EVENING = 'T22:00:00Z';

/** Rows of a recorded CSV without its header. */
export function readRecordedRows(path: string): string[][] {
  return readRecordedText(path)
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

function settle(ticker: string, date: Day, price: number, releaseTime: Instant): StoredCurvePoint {
  const { family, maturity, calendarDays, businessDays } = describeContract(ticker, date);
  const rates: Record<Family, number | null> = {
    DI1: computeRateFromPu(price, businessDays),
    DAP: computeRateFromPu(price, businessDays),
    DDI: computeLinear360FromPu(price, calendarDays),
    FRC: price / 100,
    DOL: null,
  };
  return {
    key: family,
    curveId: CURVE_OF[family],
    date,
    vertex: ticker,
    maturity,
    calendarDays,
    businessDays,
    rate: rates[family],
    price: family === 'DOL' ? price / 1000 : null,
    rateKind: 'zero',
    revision: 0,
    releaseTime,
  };
}

/** Recorded weekly settlements of 2021-01-04 to 2022-06-27 as bronze holds them, by session. */
export function readSettlementPoints(): Map<Day, StoredCurvePoint[]> {
  const points = readRecordedRows(SETTLEMENTS)
    .filter(([, ticker]) => isFutureTicker(ticker!))
    .map((row) => settle(row[1]!, row[0]!, Number(row[5]), Date.parse(row[0]! + EVENING)))
    .filter(({ businessDays }) => businessDays! > 0);
  return Map.groupBy(points, ({ date }) => date);
}

/** The DI1 rates of every session of January to May 2026 as bronze holds them, by session. */
export function readDailyDiPoints(): Map<Day, StoredCurvePoint[]> {
  const points = readRecordedRows(DAILY_DI1).map(([date, ticker, , , percent]): StoredCurvePoint => {
    const point = settle(ticker!, date!, 1, Date.parse(date! + EVENING));
    return { ...point, rate: Number(percent) / 100 };
  });
  return Map.groupBy(points, ({ date }) => date);
}

/** A recorded reference page as bronze holds it. The page has no business days; they are counted. */
export function readPagePoints(
  { key, curveId }: Pick<(typeof RECORDED_PAGES)[number], 'key' | 'curveId'>,
  date: Day,
): StoredCurvePoint[] {
  const calendar = getCalendar('BR_ANBIMA', date);
  return readReferencePage(key, date).map(({ calendarDays, percent }) => ({
    key,
    curveId,
    date,
    vertex: String(calendarDays),
    maturity: null,
    calendarDays,
    businessDays: calendar.count(date, calendar.add(addDays(date, calendarDays), 0)),
    rate: Number(percent.replace('.', '').replace(',', '.')) / 100,
    price: null,
    rateKind: 'zero',
    revision: 0,
    releaseTime: Date.parse(date + EVENING),
  }));
}

/** Recorded par yields of 1990 to 2024 as bronze holds them, by date. */
export function readParYields(): Map<Day, StoredCurvePoint[]> {
  const key = treasuryConnector.keys[0]!;
  const byDate = new Map<Day, StoredCurvePoint[]>();
  for (const path of PAR_YIELDS) {
    const window = { key: key.key, id: 'all', from: '1990-01-01', to: '2024-12-31' };
    const { rows } = treasuryConnector.parse(key, window, [buildPayload('rates', readRecorded(path))]);
    const points = rows.flatMap((row): StoredCurvePoint[] => {
      if (row.table !== 'curve_points') return [];
      return [{ ...row, rate: Number(row.rate), price: null, revision: 0, releaseTime: row.releaseTime! }];
    });
    for (const [day, ofDay] of Map.groupBy(points, ({ date }) => date)) {
      if (!byDate.has(day)) byDate.set(day, ofDay);
    }
  }
  return byDate;
}
