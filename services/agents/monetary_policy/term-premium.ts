import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import { computeZAgainst } from '../../../shared/numeric/standing.ts';
import { computeTermPremium } from '../../../shared/numeric/taylor.ts';
import { cutoffOf, weekdayOnOrAfter, type Day } from '../../../shared/time.ts';
import { readRatePct } from '../framework/curve-snapshot.ts';
import { weighLongInflation } from '../framework/expectation.ts';
import { takeMonthEnds, yearOfPeriod } from '../framework/periods.ts';
import { describeKey } from '../framework/describe-key.ts';
import { explainMissing, explainStale, takeLast } from '../framework/points.ts';
import { countSessionsSince, isCurveStale } from '../framework/quality.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  stayBelowThreshold,
  type SignalDraft,
} from '../framework/signal.ts';
import { signPoints, type View } from '../framework/view.ts';
import type { MonetaryPolicyParameters } from '../parameters.ts';
import { readNeutralRateAt } from './neutral-rate.ts';

/** The premium of one date and what it is made of, percent. */
interface TermPremium {
  readonly date: Day;
  readonly premium: number;
  readonly di10y: number;
  readonly rStar: number;
  readonly longInflation: number;
}

/**
 * MONETARY_BR_TERM_PREMIUM: the ten-year DI rate over r* compounded with long-run inflation, as a z-score against its
 * own month-ends. Each date has the r*, target and blend expectation that were known then.
 */
export function assessTermPremium(view: View<MonetaryPolicyParameters>): SignalDraft {
  const { tenor, minHistory, minZ, activeZ, fullZ } = view.parameters.termPremium;
  const curve = view.curve('DI_PRE');
  if (curve === null) return lackData('DI_PRE has no curve (B3 DI1)');
  const hasGap = view.macro('BR_ACTIVITY_GAP', 'level').some(({ value }) => value !== null);
  const inputs = [
    describeInput('DI_PRE', curve),
    ...['BR_REAL_RATE_EX_ANTE', 'BR_INFLATION_EXPECTATION_BLEND', ...(hasGap ? ['BR_ACTIVITY_GAP'] : [])].map(
      (key) => describeInput(key, takeLast(view.macro(key, 'level')) ?? undefined),
    ),
  ];
  if (isCurveStale('DI_PRE', curve.date, view.partition)) {
    const age = countSessionsSince('DI_PRE', curve.date, view.partition);
    return lackFreshData(`DI_PRE of ${curve.date} is ${age} sessions old`, { inputs });
  }
  const stale =
    explainStale(view, 'BR_REAL_RATE_EX_ANTE', 'level') ??
    explainStale(view, 'BR_INFLATION_EXPECTATION_BLEND', 'level');
  if (stale !== null) return lackFreshData(stale, { inputs });
  const now = computePremium(view, curve.date, readRatePct(curve, tenor));
  if (typeof now === 'string') return lackData(now, { inputs });

  const history = listMonthEndPremiums(view, curve.date);
  const z = computeZAgainst(
    now.premium,
    history.map(({ premium }) => premium),
  );
  const detail = {
    inputs,
    metadata: {
      ...now,
      months: history.length,
      without: hasGap ? '' : describeKey('BR_ACTIVITY_GAP'),
    },
    highlights: ['premium', 'di10y', 'months'],
  };
  if (history.length < minHistory) {
    return lackData(`${history.length} month-ends of DI_PRE ${tenor}, ${minHistory} needed`, detail);
  }
  if (z === null) return lackData('the month-ends of the term premium do not vary', detail);
  if (Math.abs(z) < minZ) return stayBelowThreshold(z, `|z| below ${minZ}`, detail);
  const direction = z > activeZ ? 'SHORT' : z < -activeZ ? 'LONG' : 'NEUTRAL';
  return {
    ...detail,
    status: 'OK',
    direction,
    confidence: direction === 'NEUTRAL' ? 0 : Math.min(1, Math.abs(z) / fullZ),
    value: z,
  };
}

/** Premiums at the last curve of each month before that of the current curve, ascending. */
function listMonthEndPremiums(
  view: View<MonetaryPolicyParameters>,
  currentDate: Day,
): readonly TermPremium[] {
  const { tenor, maxHistory } = view.parameters.termPremium;
  const current = currentDate.slice(0, 7);
  const ends = takeMonthEnds(view.curves('DI_PRE'))
    .filter(({ period }) => period < current)
    .slice(-maxHistory)
    .map(({ date, knownAt, points }) => ({ date, knownAt, value: points.get(tenor)?.value ?? null }));
  const blend = view.macro('BR_INFLATION_EXPECTATION_BLEND', 'level');
  const gaps = view.macro('BR_ACTIVITY_GAP', 'level');
  const realRates = view.macro('BR_REAL_RATE_EX_ANTE', 'level');
  const signature = [ends, blend, gaps, realRates].map(signPoints).join('|');
  return view.memo('term-premiums', signature, () =>
    ends.flatMap(({ date, value }) => {
      const premium = computePremium(view, date, value === null ? null : value * 100);
      return typeof premium === 'string' ? [] : [premium];
    }),
  );
}

function computePremium(
  view: View<MonetaryPolicyParameters>,
  date: Day,
  di10y: number | null,
): TermPremium | string {
  const { tenor, longRunShare } = view.parameters.termPremium;
  const target = inflationTarget(yearOfPeriod(date));
  const neutral = readNeutralRateAt(view, date);
  const cutoff = cutoffOf(weekdayOnOrAfter(date));
  const blend = view
    .macro('BR_INFLATION_EXPECTATION_BLEND', 'level')
    .findLast(({ knownAt, value }) => value !== null && knownAt <= cutoff)?.value;
  if (di10y === null) return `DI_PRE of ${date} has no ${tenor} rate`;
  if (target === null) return 'no inflation target before 2010';
  if (blend === null || blend === undefined) return explainMissing('BR_INFLATION_EXPECTATION_BLEND');
  if (neutral === null)
    return `r* was not estimated on ${date}: under ${view.parameters.neutralRate.minMonths} months of the real rate (${describeKey('BR_REAL_RATE_EX_ANTE')})`;
  const longInflation = weighLongInflation(blend, target, longRunShare);
  return {
    date,
    premium: computeTermPremium(di10y, neutral.value, longInflation),
    di10y,
    rStar: neutral.value,
    longInflation,
  };
}
