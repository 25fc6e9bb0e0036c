import { clamp } from '../../../shared/numeric/scores.ts';
import { computeMean, dropMissing } from '../../../shared/numeric/series.ts';
import { describeKey } from '../framework/describe-key.ts';
import { addToMonth, type Month } from '../framework/periods.ts';
import { explainMissing, explainStale, takeLast, type ValuedPoint } from '../framework/points.ts';
import { describeInput, lackData, lackFreshData, type SignalDraft } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { InflationParameters } from '../parameters.ts';

/**
 * INFLATION_US_TREND: three-month annualized and 12-month core PCE of the latest month against 2 %. Where one of the two
 * is missing the other stands for it, named and capped. Supercore of the same three months agrees, opposes or is absent.
 */
export function assessUsTrend(view: View<InflationParameters>): SignalDraft {
  const {
    fedTarget,
    agreement: agreementWeight,
    recentMonths,
    fullConfidenceGap,
    cap,
  } = view.parameters.usTrend;
  const { saar, yoy } = readLatest(view);
  const main = saar ?? yoy;
  if (main === null) return lackData(explainMissing('US_PCE_CORE'));
  const inputs = [describeInput('US_PCE_CORE', main)];
  const stale = explainStale(view, 'US_PCE_CORE', saar === null ? 'yoy' : 'saar3');
  if (stale !== null) return lackFreshData(stale, { inputs });

  const signs = [saar, yoy]
    .filter((point) => point !== null)
    .map(({ value }) => Math.sign(value - fedTarget));
  const direction = signs.every((sign) => sign > 0)
    ? 'LONG'
    : signs.every((sign) => sign < 0)
      ? 'SHORT'
      : 'NEUTRAL';
  const first = addToMonth(main.period, 1 - recentMonths);
  const supercore = view
    .macro('US_PCE_SUPERCORE', 'mom')
    .filter(({ period }) => period >= first && period <= main.period);
  const recent = dropMissing(supercore.map(({ value }) => value));
  const supercorePace = recent.length === recentMonths ? computeMean(recent)! * 12 : null;
  const targetGap = (yoy ?? main).value - fedTarget;
  const size = Math.min(1, Math.abs(targetGap) / fullConfidenceGap);
  const supercoreSign = supercorePace === null ? 0 : Math.sign(supercorePace - fedTarget);
  const agreement = agreementWeight * supercoreSign * (direction === 'LONG' ? 1 : -1);
  return {
    status: 'OK',
    direction,
    confidence: direction === 'NEUTRAL' ? 0 : clamp(size + agreement, 0, 1),
    caps: saar === null || yoy === null ? [cap] : [],
    value: main.value,
    proxies: [
      ...(saar === null ? ['12-month rate of FRED PCEPILFE for its three-month rate'] : []),
      ...(yoy === null ? ['three-month rate of FRED PCEPILFE for its 12-month rate'] : []),
    ],
    inputs:
      supercorePace === null ? inputs : [...inputs, describeInput('US_PCE_SUPERCORE', supercore.at(-1))],
    metadata: {
      coreSaar3: saar?.value ?? null,
      coreYoy: yoy?.value ?? null,
      supercorePace,
      targetGap,
      period: main.period,
      without: supercorePace === null ? describeKey('US_PCE_SUPERCORE') : '',
    },
    highlights: ['coreYoy', 'supercorePace', 'period'],
  };
}

/** Both rates of the latest month that has either: a rate of an earlier month would be compared with another time. */
function readLatest(view: View): { saar: ValuedPoint | null; yoy: ValuedPoint | null } {
  const saar = takeLast(view.macro('US_PCE_CORE', 'saar3'));
  const yoy = takeLast(view.macro('US_PCE_CORE', 'yoy'));
  const latest: Month = [saar?.period ?? '', yoy?.period ?? ''].toSorted().at(-1)!;
  return { saar: saar?.period === latest ? saar : null, yoy: yoy?.period === latest ? yoy : null };
}
