import { addDays, endOfMonth, type Day } from '../../../shared/time.ts';
import { addToMonth } from '../framework/periods.ts';
import { takeLast, type ValuedPoint } from '../framework/points.ts';
import type { MacroPoint, View } from '../framework/view.ts';
import type { MonetaryPolicyParameters } from '../parameters.ts';
import { listMeetingsBefore } from '../../../shared/economics/copom-meetings.ts';

/** The Selic target now, and how far it moved over the last three meetings. */
export interface PolicyRate {
  readonly now: ValuedPoint;
  /** Rate before the third last meeting; null when the series does not reach back. */
  readonly before: ValuedPoint | null;
  /** Where `before` was looked up. */
  readonly beforeDate: Day;
  readonly basis: 'meetings' | 'five_months';
}

/** Reads the Selic target (SGS 432); null without observations. */
export function readPolicyRate(view: View<MonetaryPolicyParameters>): PolicyRate | null {
  const { meetingsBack, monthsBack } = view.parameters.policyRate;
  const target = view.macro('BR_SELIC_TARGET', 'level');
  const now = takeLast(target);
  if (now === null) return null;
  const meetings = listMeetingsBefore(view.partition, meetingsBack);
  const monthEnd = endOfMonth(`${addToMonth(view.partition.slice(0, 7), -monthsBack)}-01`);
  const beforeDate = meetings?.[0] ?? monthEnd;
  return {
    now,
    before: findAt(target, beforeDate),
    beforeDate,
    basis: meetings === null ? 'five_months' : 'meetings',
  };
}

/** The value in force on a day: a decision shows from the day after. */
function findAt(points: readonly MacroPoint[], day: Day): ValuedPoint | null {
  const earliest = addDays(day, -10);
  const found = takeLast(points.filter(({ periodStart }) => periodStart <= day && periodStart >= earliest));
  return found;
}
