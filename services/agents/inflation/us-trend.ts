import { clamp } from '../../../shared/numeric/scores.ts';
import { computeMean, dropMissing } from '../../../shared/numeric/series.ts';
import { explainMissing, explainStale, takeLast } from '../framework/points.ts';
import { describeInput, lackData, lackFreshData, type SignalDraft } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { InflationParameters } from '../parameters.ts';

/** INFLATION_US_TREND: three-month annualized and 12-month core PCE against 2 %. */
export function assessUsTrend(view: View<InflationParameters>): SignalDraft {
  const { fedTarget, agreement: agreementWeight, recentMonths, fullConfidenceGap } = view.parameters.usTrend;
  const saar = takeLast(view.macro('US_PCE_CORE', 'saar3'));
  const yoy = takeLast(view.macro('US_PCE_CORE', 'yoy'));
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
  const supercore = view.macro('US_PCE_SUPERCORE', 'mom').slice(-recentMonths);
  const recent = dropMissing(supercore.map(({ value }) => value));
  const supercorePace = recent.length === recentMonths ? computeMean(recent)! * 12 : null;
  const size = yoy === null ? 0 : Math.min(1, Math.abs(yoy.value - fedTarget) / fullConfidenceGap);
  const supercoreSign = supercorePace === null ? 0 : Math.sign(supercorePace - fedTarget);
  const agreement = agreementWeight * supercoreSign * (direction === 'LONG' ? 1 : -1);
  return {
    status: 'OK',
    direction,
    confidence: direction === 'NEUTRAL' ? 0 : clamp(size + agreement, 0, 1),
    value: main.value,
    inputs:
      supercorePace === null ? inputs : [...inputs, describeInput('US_PCE_SUPERCORE', supercore.at(-1))],
    metadata: {
      coreSaar3: saar?.value ?? null,
      coreYoy: yoy?.value ?? null,
      supercorePace,
      targetGap: yoy === null ? null : yoy.value - fedTarget,
      period: main.period,
    },
    highlights: ['coreYoy', 'supercorePace', 'period'],
  };
}
