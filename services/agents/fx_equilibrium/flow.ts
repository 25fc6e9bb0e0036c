import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { computeMean } from '../../../shared/numeric/series.ts';
import { computeZScoreVsPast } from '../../../shared/numeric/standing.ts';
import { endOfMonth } from '../../../shared/time.ts';
import { listDailyValues, monthOf, type DatedValue } from '../framework/dated-values.ts';
import { addToMonth, type Month } from '../framework/periods.ts';
import { describeKey } from '../framework/describe-key.ts';
import { describeInput, lackData, lackFreshData, type SignalDraft } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { FxEquilibriumParameters } from '../parameters.ts';

const CFTC_MISSING = 'CFTC BRL net positions (no connector)';

/**
 * Contracted FX flow of each day in USD million: the total series, and on days where only its two parts exist their
 * sum.
 */
export function mergeFlows(
  total: readonly DatedValue[],
  trade: readonly DatedValue[],
  financial: readonly DatedValue[],
): DatedValue[] {
  const flows = new Map(total.map(({ date, value }) => [date, value]));
  const financialByDate = new Map(financial.map(({ date, value }) => [date, value]));
  for (const { date, value } of trade) {
    const other = financialByDate.get(date);
    if (!flows.has(date) && other !== undefined) flows.set(date, value + other);
  }
  return [...flows].map(([date, value]) => ({ date, value })).toSorted((a, b) => (a.date < b.date ? -1 : 1));
}

/** Sums of the months whose last business day has been published, ascending; the first, cut, month is left out. */
export function sumCompleteMonths(flows: readonly DatedValue[]): { month: Month; sum: number }[] {
  const last = flows.at(-1);
  if (last === undefined) return [];
  const calendar = getCalendar('BR_ANBIMA', last.date);
  const months = [...Map.groupBy(flows, ({ date }) => monthOf(date))];
  return months
    .filter(([, days]) => calendar.previous(days[0]!.date) < `${monthOf(days[0]!.date)}-01`)
    .filter(([month]) => calendar.next(last.date) > endOfMonth(`${month}-01`))
    .map(([month, days]) => ({ month, sum: days.reduce((sum, { value }) => sum + value, 0) }));
}

/** z of the last month against the `count` − 1 before it; null when one is missing or they do not vary. */
export function standFlow(
  months: readonly { readonly month: Month; readonly sum: number }[],
  count: number,
): number | null {
  const window = months.slice(-count);
  const first = window[0];
  if (first === undefined || window.length < count) return null;
  if (window.some(({ month }, i) => month !== addToMonth(first.month, i))) return null;
  return computeZScoreVsPast(window.map(({ sum }) => sum));
}

/** FX_BR_FLOW: mean of the flow z-scores there are; above 0.5 SHORT (dollars come in), below −0.5 LONG. */
export function assessFlow(view: View<FxEquilibriumParameters>): SignalDraft {
  const { months: windowMonths, fireAt, fullConfidenceAt, staleMonths } = view.parameters.flow;
  const total = view.macro('BR_FX_FLOW_TOTAL', 'level');
  const trade = view.macro('BR_FX_FLOW_TRADE', 'level');
  const financial = view.macro('BR_FX_FLOW_FIN', 'level');
  const detail = {
    inputs: [
      describeInput('BR_FX_FLOW_TOTAL', total.at(-1)),
      describeInput('BR_FX_FLOW_TRADE', trade.at(-1)),
      describeInput('BR_FX_FLOW_FIN', financial.at(-1)),
    ],
    metadata: { missing: [CFTC_MISSING] },
  };
  const names = ['BR_FX_FLOW_TOTAL', 'BR_FX_FLOW_TRADE', 'BR_FX_FLOW_FIN'].map(describeKey);
  const flows = mergeFlows(listDailyValues(total), listDailyValues(trade), listDailyValues(financial));
  if (flows.length === 0) {
    return lackData(`missing ${names[0]} (or ${names[1]} with ${names[2]}); ${CFTC_MISSING}`, detail);
  }
  const months = sumCompleteMonths(flows);
  const last = months.at(-1);
  const z = standFlow(months, windowMonths);
  if (last === undefined || z === null) {
    return lackData(
      `${names[0]}: fewer than ${windowMonths} complete months in a row; ${CFTC_MISSING}`,
      detail,
    );
  }
  if (last.month < addToMonth(monthOf(view.partition), -staleMonths)) {
    return lackFreshData(`${names[0]}: last complete month ${last.month}`, detail);
  }
  const parts = { flowZ: z };
  const mean = computeMean(Object.values(parts))!;
  const direction = mean > fireAt ? 'SHORT' : mean < -fireAt ? 'LONG' : 'NEUTRAL';
  return {
    ...detail,
    status: 'OK',
    direction,
    confidence: direction === 'NEUTRAL' ? 0 : Math.min(1, Math.abs(mean) / fullConfidenceAt),
    value: mean,
    metadata: { ...detail.metadata, ...parts, month: last.month, flowUsdMn: last.sum },
    highlights: ['month', 'flowUsdMn'],
  };
}
