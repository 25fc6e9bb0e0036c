import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import { averageWeighted, clamp, scoreDistanceToMiddle } from '../../../shared/numeric/scores.ts';
import { computeMean, dropMissing } from '../../../shared/numeric/series.ts';
import { describeKey } from '../framework/describe-key.ts';
import type { Expectation } from '../framework/expectation.ts';
import { yearOfPeriod } from '../framework/periods.ts';
import { takeLast } from '../framework/points.ts';
import { describeInput, lackData, stayBelowThreshold, type SignalDraft } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { InflationParameters } from '../parameters.ts';
import type { CoreMonth } from './core.ts';

const PARTS = ['diffusion', 'coreAcceleration', 'services', 'expectations'] as const;

/** INFLATION_BR_PERSISTENCE: 0–100 from diffusion, acceleration of the cores, services and expectations. */
export function assessPersistence(
  view: View<InflationParameters>,
  core: readonly CoreMonth[],
  expected: Expectation,
): SignalDraft {
  const { minComponents, weights, low, high, ...scale } = view.parameters.persistence;
  const target = inflationTarget(yearOfPeriod(view.partition));
  const diffusion = takeLast(view.macro('BR_IPCA_DIFFUSION', 'level'));
  const services = takeLast(view.macro('BR_IPCA_SERVICES', 'yoy'));
  const recent = core.slice(-6).map(({ yoy }) => yoy);
  const acceleration = recent.length === 6 ? computeMean(recent.slice(-3))! - computeMean(recent)! : null;
  const parts = {
    diffusion: diffusion === null ? null : clamp(diffusion.value, 0, 100),
    coreAcceleration:
      acceleration === null ? null : clamp(50 + scale.accelerationSlope * acceleration, 0, 100),
    services:
      services === null || target === null
        ? null
        : clamp(50 + scale.servicesSlope * (services.value - target - scale.servicesPremium), 0, 100),
    expectations:
      expected.value === null || target === null
        ? null
        : clamp(scale.expectationsSlope * (expected.value - target) + 50, 0, 100),
  };
  const score = averageWeighted(
    PARTS.map((part) => ({ value: parts[part], weight: weights[part] })),
    minComponents,
  );
  const detail = {
    inputs: [
      ...(diffusion === null ? [] : [describeInput('BR_IPCA_DIFFUSION', diffusion)]),
      ...(services === null ? [] : [describeInput('BR_IPCA_SERVICES', services)]),
    ],
    metadata: { parts, coreAccelerationPp: acceleration },
    highlights: ['coreAccelerationPp'],
  };
  if (score === null) {
    const missing = [
      ...(diffusion === null ? ['BR_IPCA_DIFFUSION'] : []),
      ...(acceleration === null ? ['BR_IPCA_CORE_MA', 'BR_IPCA_CORE_EX0', 'BR_IPCA_CORE_DP'] : []),
      ...(services === null ? ['BR_IPCA_SERVICES'] : []),
    ];
    const present = dropMissing(Object.values(parts)).length;
    return lackData(
      `${present} of 4 components, ${minComponents} needed: no observations of ${missing.map(describeKey).join(', ')}`,
      detail,
    );
  }
  if (score.value >= low && score.value <= high) {
    return stayBelowThreshold(score.value, `score between ${low} and ${high}`, detail);
  }
  return {
    ...detail,
    status: 'OK',
    direction: score.value > high ? 'LONG' : 'SHORT',
    confidence: scoreDistanceToMiddle(score.value),
    value: score.value,
  };
}
