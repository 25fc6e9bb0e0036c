import { computeQuantile, computeZScoreVsPast } from '../../../shared/numeric/standing.ts';
import { addDays, weekdayOf, type Day } from '../../../shared/time.ts';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { readRatePct } from '../framework/curve-snapshot.ts';
import { findOnOrBefore, listDailyValues, type DatedValue } from '../framework/dated-values.ts';
import { describeKey } from '../framework/describe-key.ts';
import { explainMissing, explainStale } from '../framework/points.ts';
import { countSessionsSince, isCurveStale, STALE_SESSIONS } from '../framework/quality.ts';
import type { View } from '../framework/view.ts';
import type { CrossAssetParameters } from '../parameters.ts';
import { mergeFlows } from '../fx_equilibrium/flow.ts';

const FLOW_STALE_SESSIONS = 10;
/** Points of a daily series that surely hold 252 values or 52 weeks. */
const DAILY_POINTS = 450;
const CREDIT_POINTS = 1_500;
const NO_CFTC = 'CFTC BRL net positions (no connector)';
const PROVIDER_NAMES: Readonly<Record<string, string>> = { VIX: 'Yahoo ^VIX', DXY: 'Yahoo DX-Y.NYB' };

/** One market measure: `value` in its own unit, `z` against its past, and why a part is null. */
export interface Reading {
  readonly value: number | null;
  readonly z: number | null;
  readonly date: Day | null;
  readonly missing: string | null;
}

/** The Brazil–US five-year spread in basis points with the range of its own past that scores 100 and 0. */
export interface CreditReading extends Reading {
  readonly rangeBp: readonly [greed: number, fear: number] | null;
}

/** Everything that regime and sentiment are scored from. */
export interface Readings {
  /** Points. */
  readonly vix: Reading;
  /** Basis points. */
  readonly hyBp: Reading;
  /** Index points. */
  readonly dxy: Reading;
  /** Basis points, 10 years minus 2 years. */
  readonly slopeBp: Reading;
  /** USD million a week. */
  readonly flow: Reading;
  readonly cftc: Reading;
  readonly credit: CreditReading;
  /** Fiscal dominance 0–100 as agent_fiscal stored it. */
  readonly fiscal: Reading;
}

/** Reads the markets as the view knows them; what is missing or stale is null and says so. */
export function readMarkets(view: View<CrossAssetParameters>): Readings {
  return {
    vix: readInstrument(view, 'VIX'),
    hyBp: readHighYield(view),
    dxy: readInstrument(view, 'DXY'),
    slopeBp: readSlope(view),
    flow: readFlow(view),
    cftc: lack(NO_CFTC),
    credit: readCredit(view),
    fiscal: readFiscal(view),
  };
}

function lack(missing: string, date: Day | null = null): Reading {
  return { value: null, z: null, date, missing };
}

function readInstrument(view: View<CrossAssetParameters>, instrument: string): Reading {
  const { zSessions } = view.parameters.readings;
  const name = PROVIDER_NAMES[instrument] ?? instrument;
  const last = view.prices(instrument).at(-1);
  if (last === undefined) return lack(`${name} has no observations`);
  const age = countSessionsSince(instrument, last.date, view.partition);
  if (age > STALE_SESSIONS) return lack(`${name}: stale, ${last.date} is ${age} sessions old`, last.date);
  const standing = view.stat(instrument, 'zscore_past', zSessions).at(-1);
  const z = standing?.date === last.date ? standing.value : null;
  return {
    value: last.price,
    z,
    date: last.date,
    missing: z === null ? `${name}: no z-score of ${zSessions} sessions on ${last.date}` : null,
  };
}

function readHighYield(view: View<CrossAssetParameters>): Reading {
  const values = listDailyValues(view.macro('US_HY_OAS', 'level').slice(-DAILY_POINTS));
  if (values.length === 0) return lack(explainMissing('US_HY_OAS'));
  const stale = explainStale(view, 'US_HY_OAS', 'level');
  if (stale !== null) return lack(stale, values.at(-1)!.date);
  return standDaily(
    values.map(({ date, value }) => ({ date, value: value * 100 })),
    describeKey('US_HY_OAS'),
    view.parameters.readings.zSessions,
  );
}

function readSlope(view: View<CrossAssetParameters>): Reading {
  const long = listDailyValues(view.macro('US_UST_10Y', 'level').slice(-DAILY_POINTS));
  const short = new Map(
    listDailyValues(view.macro('US_UST_2Y', 'level').slice(-DAILY_POINTS)).map(({ date, value }) => [
      date,
      value,
    ]),
  );
  const slopes = long.flatMap(({ date, value }): DatedValue[] => {
    const other = short.get(date);
    return other === undefined ? [] : [{ date, value: (value - other) * 100 }];
  });
  const last = slopes.at(-1);
  const name = `${describeKey('US_UST_10Y')} minus ${describeKey('US_UST_2Y')}`;
  if (last === undefined) return lack(`${name} has no observations`);
  const age = countSessionsSince('US_UST_10Y', last.date, view.partition);
  if (age > STALE_SESSIONS) return lack(`${name}: stale, ${last.date} is ${age} sessions old`, last.date);
  return standDaily(slopes, name, view.parameters.readings.zSessions);
}

function standDaily(values: readonly DatedValue[], name: string, zSessions: number): Reading {
  const window = values.slice(-zSessions);
  const last = window.at(-1)!;
  const z = window.length < zSessions ? null : computeZScoreVsPast(window.map(({ value }) => value));
  const missing =
    z === null ? `${name}: z-score of ${zSessions} values not defined with ${window.length}` : null;
  return { value: last.value, z, date: last.date, missing };
}

function readFlow(view: View<CrossAssetParameters>): Reading {
  const [total, trade, financial] = (['BR_FX_FLOW_TOTAL', 'BR_FX_FLOW_TRADE', 'BR_FX_FLOW_FIN'] as const).map(
    (key) => listDailyValues(view.macro(key, 'level').slice(-DAILY_POINTS)),
  );
  const weeks = sumCompleteWeeks(mergeFlows(total!, trade!, financial!));
  const last = weeks.at(-1);
  const name = describeKey('BR_FX_FLOW_TOTAL');
  if (last === undefined) return lack(`${name} has no complete week of observations`);
  const age = countSessionsSince('BR_FX_FLOW_TOTAL', last.date, view.partition);
  if (age > FLOW_STALE_SESSIONS)
    return lack(`${name}: stale, ${last.date} is ${age} sessions old`, last.date);
  const { zWeeks } = view.parameters.readings;
  const window = weeks.slice(-zWeeks);
  const z = window.length < zWeeks ? null : computeZScoreVsPast(window.map(({ value }) => value));
  const missing = z === null ? `${name}: z-score of ${zWeeks} weeks not defined with ${window.length}` : null;
  return { value: last.value, z, date: last.date, missing };
}

/** Sums by week (Monday to Sunday), dated by their last day; without the first, cut, week and an unfinished last one. */
export function sumCompleteWeeks(flows: readonly DatedValue[]): DatedValue[] {
  const last = flows.at(-1);
  if (last === undefined) return [];
  const next = getCalendar('BR_ANBIMA', last.date).next(last.date);
  const isLastComplete = findMonday(next) > findMonday(last.date);
  return [...Map.groupBy(flows, ({ date }) => findMonday(date)).values()]
    .slice(1, isLastComplete ? undefined : -1)
    .map((days) => ({ date: days.at(-1)!.date, value: days.reduce((sum, { value }) => sum + value, 0) }));
}

function findMonday(day: Day): Day {
  return addDays(day, -((weekdayOf(day) + 6) % 7));
}

/** Spread of the Brazilian over the US five-year rate on each date of the DI curve, basis points. */
export function listCreditSpreads(view: View<CrossAssetParameters>): DatedValue[] {
  const treasuries = listDailyValues(view.macro('US_UST_5Y', 'level').slice(-CREDIT_POINTS));
  return view
    .curves('DI_PRE')
    .slice(-CREDIT_POINTS)
    .flatMap((curve): DatedValue[] => {
      const home = readRatePct(curve, view.parameters.readings.credit.tenor);
      const abroad = findOnOrBefore(treasuries, curve.date);
      if (home === null || abroad === undefined) return [];
      if (countSessionsSince('US_UST_5Y', abroad.date, curve.date) > STALE_SESSIONS) return [];
      return [{ date: curve.date, value: (home - abroad.value) * 100 }];
    });
}

function readCredit(view: View<CrossAssetParameters>): CreditReading {
  const { tenor, greedQuantile, fearQuantile, windowDays, minDays } = view.parameters.readings.credit;
  const name = `B3 DI_PRE ${tenor} minus ${describeKey('US_UST_5Y')}`;
  const spreads = listCreditSpreads(view);
  const first = spreads[0];
  const last = spreads.at(-1);
  if (first === undefined || last === undefined)
    return { ...lack(`${name} has no observations`), rangeBp: null };
  if (isCurveStale('DI_PRE', last.date, view.partition)) {
    return { ...lack(`${name}: stale, last on ${last.date}`, last.date), rangeBp: null };
  }
  const present = { value: last.value, z: null, date: last.date };
  if (first.date > addDays(last.date, -minDays)) {
    return {
      ...present,
      missing: `${name}: history from ${first.date}, ${minDays / 365} years needed`,
      rangeBp: null,
    };
  }
  const floor = addDays(last.date, -windowDays);
  const past = spreads.filter(({ date }) => date >= floor).map(({ value }) => value);
  const greed = computeQuantile(past, greedQuantile);
  const fear = computeQuantile(past, fearQuantile);
  if (greed === null || fear === null || !(greed < fear)) {
    return { ...present, missing: `${name}: does not vary`, rangeBp: null };
  }
  return { ...present, missing: null, rangeBp: [greed, fear] };
}

function readFiscal(view: View<CrossAssetParameters>): Reading {
  const report = view.report('agent_fiscal');
  const signal = report?.signals.find(({ signalId }) => signalId === 'FISCAL_BR_DOMINANCE_RISK');
  if (signal === undefined) return lack('FISCAL_BR_DOMINANCE_RISK: agent_fiscal has no report');
  if (signal.value === null || (signal.status !== 'OK' && signal.status !== 'BELOW_THRESHOLD')) {
    return lack(`FISCAL_BR_DOMINANCE_RISK is ${signal.status}: ${signal.reason ?? 'no value'}`);
  }
  return { value: signal.value, z: null, date: view.partition, missing: null };
}
