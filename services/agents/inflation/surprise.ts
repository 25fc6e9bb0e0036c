import { forecastSeasonalAr1 } from '../../../shared/numeric/seasonal.ts';
import { computeMean, dropMissing } from '../../../shared/numeric/series.ts';
import { computeSurpriseZ } from '../../../shared/numeric/surprise.ts';
import {
  addToMonth,
  calendarMonthOf,
  layOutMonths,
  readMonth,
  type MonthTable,
} from '../framework/periods.ts';
import { explainMissing, explainStale } from '../framework/points.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  stayBelowThreshold,
  type SignalDraft,
} from '../framework/signal.ts';
import { signPoints, type View } from '../framework/view.ts';
import type { InflationParameters } from '../parameters.ts';

type SurpriseParameters = InflationParameters['surprise'];

type Source = 'ipca_15' | 'seasonal_ar1';

/** Surprises of the last 39 months in percentage points, null where there is none. */
interface Surprises {
  readonly source: Source;
  readonly values: readonly (number | null)[];
}

/**
 * INFLATION_BR_SURPRISE: the last three months of IPCA against what could be expected, as a z-score.
 *
 * There is no consensus for the month among the connectors. Its substitute is IPCA-15 of the same month (the difference
 * without its mean of that calendar month in earlier years), otherwise the forecast of a seasonal AR(1) that is estimated
 * again for each month on all IPCA of the view before it (24 months at least).
 */
export function assessSurprise(view: View<InflationParameters>): SignalDraft {
  const parameters = view.parameters.surprise;
  const { window, minSurprises, minZ, strongZ, cap } = parameters;
  const ipca = view.macro('BR_IPCA_MOM', 'level');
  const ipca15 = view.macro('BR_IPCA15_MOM', 'level');
  const table = layOutMonths(ipca);
  if (table === null) return lackData(explainMissing('BR_IPCA_MOM'));
  const inputs = [describeInput('BR_IPCA_MOM', ipca.at(-1))];
  const stale = explainStale(view, 'BR_IPCA_MOM', 'level');
  if (stale !== null) return lackFreshData(stale, { inputs });

  const { source, values } = view.memo('surprises', `${signPoints(ipca)}|${signPoints(ipca15)}`, () =>
    computeSurprises(table, layOutMonths(ipca15), parameters),
  );
  const proxies = [
    `${source === 'ipca_15' ? 'IPCA-15' : 'seasonal AR(1)'} for the consensus of monthly IPCA`,
  ];
  const z = computeSurpriseZ(values, parameters.z);
  const detail = {
    inputs:
      source === 'ipca_15' ? [...inputs, describeInput('BR_IPCA15_MOM', ipca15.at(-1), 'consensus')] : inputs,
    proxies,
    metadata: {
      month: ipca.at(-1)?.period ?? null,
      source,
      lastSurprise: values.at(-1) ?? null,
      surprises: dropMissing(values).length,
    },
    highlights: ['month', 'lastSurprise', 'source'],
  };
  if (z === null) {
    const reason = `${dropMissing(values).length} surprises of SGS 433 in the last ${window} months, ${minSurprises} needed (or they do not vary)`;
    return lackData(reason, detail);
  }
  if (Math.abs(z) < minZ) return stayBelowThreshold(z, `|z| below ${minZ}`, detail);
  return {
    ...detail,
    status: 'OK',
    direction: z > 0 ? 'LONG' : 'SHORT',
    confidence: Math.min(1, (0.75 * Math.abs(z)) / strongZ),
    caps: [cap],
    value: z,
  };
}

function computeSurprises(
  ipca: MonthTable,
  ipca15: MonthTable | null,
  parameters: SurpriseParameters,
): Surprises {
  const fromIpca15 = ipca15 === null ? [] : compareWithIpca15(ipca, ipca15, parameters);
  const isEnough =
    dropMissing(fromIpca15).length >= parameters.minSurprises && (fromIpca15.at(-1) ?? null) !== null;
  if (isEnough) return { source: 'ipca_15', values: fromIpca15 };
  return { source: 'seasonal_ar1', values: compareWithForecast(ipca, parameters) };
}

function compareWithForecast(
  { first, values }: MonthTable,
  { window, burnIn }: SurpriseParameters,
): (number | null)[] {
  const start = Math.max(0, values.length - window);
  const firstMonth = calendarMonthOf(first);
  return values.slice(start).map((actual, i) => {
    if (actual === null) return null;
    const forecast = forecastSeasonalAr1({ firstMonth, values: values.slice(0, start + i) }, burnIn);
    return forecast === null ? null : actual - forecast;
  });
}

function compareWithIpca15(
  { first, values }: MonthTable,
  ipca15: MonthTable,
  { window, minSameMonths }: SurpriseParameters,
): (number | null)[] {
  const differences = values.map((actual, i) => {
    const early = readMonth(ipca15, addToMonth(first, i));
    return actual === null || early === null ? null : actual - early;
  });
  return differences
    .map((difference, t) => {
      const earlier = dropMissing(differences.filter((_, i) => i < t && (t - i) % 12 === 0));
      const mean = computeMean(earlier);
      return difference === null || mean === null || earlier.length < minSameMonths
        ? null
        : difference - mean;
    })
    .slice(-window);
}
