import { dropMissing } from '../../../shared/numeric/series.ts';
import { computeZScoreVsPast } from '../../../shared/numeric/standing.ts';
import { explainMissing, explainStale } from '../framework/points.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  stayBelowThreshold,
  type SignalDraft,
} from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { FiscalParameters } from '../parameters.ts';
import { readYearlyChange, type PrimaryBalance } from './primary-balance.ts';

/** FISCAL_BR_IMPULSE: how unusual the change of the primary balance over twelve months is. */
export function assessImpulse(view: View<FiscalParameters>, balance: PrimaryBalance | null): SignalDraft {
  const { window: months, minZ, fullZ } = view.parameters.impulse;
  if (balance === null) return lackData(explainMissing('BR_PRIMARY_BALANCE'));
  const inputs = [describeInput('BR_PRIMARY_BALANCE', view.macro('BR_PRIMARY_BALANCE', 'level').at(-1))];
  const stale = explainStale(view, 'BR_PRIMARY_BALANCE', 'level');
  if (stale !== null) return lackFreshData(stale, { inputs });
  const change = readYearlyChange(balance);
  const window = dropMissing(balance.changes.slice(-months));
  if (change === null || window.length < months) {
    return lackData(
      `${window.length} twelve-month changes of SGS 5793, ${months} needed (${months + 12} months)`,
      {
        inputs,
      },
    );
  }
  const z = computeZScoreVsPast(window);
  if (z === null) return lackData('the twelve-month changes of SGS 5793 do not vary', { inputs });
  const detail = {
    inputs,
    metadata: { changePp: change, balance: balance.latest, period: balance.lastPeriod },
    highlights: ['changePp', 'balance', 'period'],
  };
  if (Math.abs(z) <= minZ) return stayBelowThreshold(z, `|z| not above ${minZ}`, detail);
  return {
    ...detail,
    status: 'OK',
    direction: z > 0 ? 'SHORT' : 'LONG',
    confidence: Math.min(1, Math.abs(z) / fullZ),
    value: z,
  };
}
