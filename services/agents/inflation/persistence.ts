import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import { averageWeighted, clamp, scoreDistanceToMiddle } from '../../../shared/numeric/scores.ts';
import { computeMean, dropMissing } from '../../../shared/numeric/series.ts';
import { describeKey } from '../framework/describe-key.ts';
import { describeExpectation, type Expectation } from '../framework/expectation.ts';
import { addToMonth, yearOfPeriod } from '../framework/periods.ts';
import { explainStale, takeLast, type ValuedPoint } from '../framework/points.ts';
import { describeInput, lackData, stayBelowThreshold, type SignalDraft } from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { InflationParameters } from '../parameters.ts';
import { explainMissingCores, type CoreMonth } from './core.ts';
import { CORES } from './series.ts';

const PARTS = ['diffusion', 'coreAcceleration', 'services', 'expectations'] as const;

/** Months of core inflation compared: the last three with all six. */
const CORE_MONTHS = 6;

/**
 * INFLATION_BR_PERSISTENCE: 0–100 from diffusion, acceleration of the cores, services and expectations. A component that
 * is missing or too old is left out and named; two of four are needed. Capped when the expectation is the blend.
 */
export function assessPersistence(
  view: View<InflationParameters>,
  core: readonly CoreMonth[],
  expected: Expectation,
): SignalDraft {
  const { minComponents, weights, low, high, cap, ...scale } = view.parameters.persistence;
  const target = inflationTarget(yearOfPeriod(view.partition));
  if (target === null) return lackData('no inflation target before 2010');
  const diffusion = readFresh(view, 'BR_IPCA_DIFFUSION', 'level');
  const services = readFresh(view, 'BR_IPCA_SERVICES', 'yoy');
  const missingCores = explainMissingCores(view);
  const isCoreFresh = missingCores.length < CORES.length;
  const acceleration = isCoreFresh ? measureAcceleration(core) : null;
  const parts = {
    diffusion: diffusion === null ? null : clamp(diffusion.value, 0, 100),
    coreAcceleration:
      acceleration === null ? null : clamp(50 + scale.accelerationSlope * acceleration, 0, 100),
    services:
      services === null
        ? null
        : clamp(50 + scale.servicesSlope * (services.value - target - scale.servicesPremium), 0, 100),
    expectations:
      expected.value === null
        ? null
        : clamp(scale.expectationsSlope * (expected.value - target) + 50, 0, 100),
  };
  const score = averageWeighted(
    PARTS.map((part) => ({ value: parts[part], weight: weights[part] })),
    minComponents,
  );
  const isBlend = expected.source === 'expectation_blend';
  const without = [
    ...(diffusion === null ? [explainLack(view, 'BR_IPCA_DIFFUSION', 'level')] : []),
    ...missingCores,
    ...(isCoreFresh && acceleration === null ? [`${CORE_MONTHS} consecutive months of the cores`] : []),
    ...(services === null ? [explainLack(view, 'BR_IPCA_SERVICES', 'yoy')] : []),
    ...(expected.value === null ? ['expected IPCA'] : []),
  ].join(', ');
  const detail = {
    inputs: [
      ...(diffusion === null ? [] : [describeInput('BR_IPCA_DIFFUSION', diffusion)]),
      ...(acceleration === null
        ? []
        : CORES.map((key) => ({ key, last: takeLast(view.macro(key, 'yoy')) }))
            .filter(({ last }) => last !== null)
            .map(({ key, last }) => describeInput(key, last ?? undefined))),
      ...(services === null ? [] : [describeInput('BR_IPCA_SERVICES', services)]),
      ...(expected.value === null ? [] : [describeExpectation('expected_ipca_12m', expected)]),
    ],
    proxies: isBlend ? ['expectation_blend for the breakeven of DI_PRE and DI_IPCA'] : [],
    metadata: { parts, coreAccelerationPp: acceleration, without },
    highlights: ['coreAccelerationPp', ...(without === '' ? [] : ['without'])],
  };
  if (score === null) {
    const present = dropMissing(Object.values(parts)).length;
    return lackData(`${present} of 4 components, ${minComponents} needed: without ${without}`, detail);
  }
  if (score.value >= low && score.value <= high) {
    return stayBelowThreshold(score.value, `score between ${low} and ${high}`, detail);
  }
  return {
    ...detail,
    status: 'OK',
    direction: score.value > high ? 'LONG' : 'SHORT',
    confidence: scoreDistanceToMiddle(score.value),
    // The blend is half target, which pulls this component to the middle: held down as in the policy rule.
    caps: isBlend ? [cap] : [],
    value: score.value,
  };
}

/** Mean of the last three months minus that of the last six, percentage points; null when a month of them is missing. */
function measureAcceleration(core: readonly CoreMonth[]): number | null {
  const recent = core.slice(-CORE_MONTHS);
  const isWhole =
    recent.length === CORE_MONTHS && recent.at(-1)!.period === addToMonth(recent[0]!.period, CORE_MONTHS - 1);
  if (!isWhole) return null;
  const rates = recent.map(({ yoy }) => yoy);
  return computeMean(rates.slice(-CORE_MONTHS / 2))! - computeMean(rates)!;
}

function readFresh(view: View, key: string, transform: string): ValuedPoint | null {
  return explainStale(view, key, transform) === null ? takeLast(view.macro(key, transform)) : null;
}

function explainLack(view: View, key: string, transform: string): string {
  return explainStale(view, key, transform) ?? describeKey(key);
}
