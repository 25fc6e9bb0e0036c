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
import { readYearlyChange, type PrimaryBalance } from './primary-balance.ts';

/** Twelve-month changes compared, the latest included: 48 months of balance. */
const WINDOW = 36;
const MIN_Z = 1;
const FULL_Z = 2;

/** FISCAL_BR_IMPULSE: how unusual the change of the primary balance over twelve months is. */
export function assessImpulse(view: View, balance: PrimaryBalance | null): SignalDraft {
  if (balance === null) return lackData(explainMissing('BR_PRIMARY_BALANCE'));
  const inputs = [describeInput('BR_PRIMARY_BALANCE', view.macro('BR_PRIMARY_BALANCE', 'level').at(-1))];
  const stale = explainStale(view, 'BR_PRIMARY_BALANCE', 'level');
  if (stale !== null) return lackFreshData(stale, { inputs });
  const change = readYearlyChange(balance);
  const window = dropMissing(balance.changes.slice(-WINDOW));
  if (change === null || window.length < WINDOW) {
    return lackData(`${window.length} twelve-month changes of SGS 5793, ${WINDOW} needed (48 months)`, {
      inputs,
    });
  }
  const z = computeZScoreVsPast(window);
  if (z === null) return lackData('the twelve-month changes of SGS 5793 do not vary', { inputs });
  const detail = {
    inputs,
    metadata: { changePp: change, balance: balance.latest, period: balance.lastPeriod },
    highlights: ['changePp', 'balance', 'period'],
  };
  if (Math.abs(z) <= MIN_Z) return stayBelowThreshold(z, `|z| not above ${MIN_Z}`, detail);
  return {
    ...detail,
    status: 'OK',
    direction: z > 0 ? 'SHORT' : 'LONG',
    confidence: Math.min(1, Math.abs(z) / FULL_Z),
    value: z,
  };
}
