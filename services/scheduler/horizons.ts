import { CALENDAR_HORIZONS } from '../../shared/calendars/horizons.ts';
import type { Horizon } from '../../shared/calendars/horizon.ts';
import { IPCA_HORIZON } from '../../shared/connectors/bcb_sgs/release.ts';
import type { AlertCondition } from '../../shared/db/alerts.ts';
import { COPOM_HORIZON } from '../../shared/economics/copom-meetings.ts';
import { INFLATION_TARGET_HORIZON } from '../../shared/economics/inflation-target.ts';
import { dayInZone, daysBetween, SAO_PAULO, type Day } from '../../shared/time.ts';
import type { FindConditions } from './alerts/context.ts';

/** Every table of dates that a person keeps by hand. */
export const HORIZONS: readonly Horizon[] = [
  ...Object.values(CALENDAR_HORIZONS),
  COPOM_HORIZON,
  INFLATION_TARGET_HORIZON,
  IPCA_HORIZON,
];

/** The tables that run out within so many days (`warning`) or have (`critical`), in the order of the list. */
export function listShortHorizons(
  horizons: readonly Horizon[],
  today: Day,
  noticeDays: number,
): AlertCondition[] {
  return horizons
    .map((horizon) => ({ horizon, daysLeft: daysBetween(today, horizon.lastDay) }))
    .filter(({ daysLeft }) => daysLeft <= noticeDays)
    .map(({ horizon: { table, lastDay, afterwards, source }, daysLeft }) => ({
      subject: table,
      severity: daysLeft < 0 ? ('critical' as const) : ('warning' as const),
      message: `${table}: known to ${lastDay}. After that ${afterwards}. Next entries: ${source}`,
    }));
}

/** `calendar_horizon`: a table of dates that is kept by hand runs out. The threshold is the notice: time to find new dates. */
export const findShortHorizons: FindConditions = async ({ now }, rule) =>
  listShortHorizons(HORIZONS, dayInZone(now, SAO_PAULO), rule.threshold ?? 0);
