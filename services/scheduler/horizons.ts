import { CALENDAR_HORIZONS } from '../../shared/calendars/horizons.ts';
import type { Horizon } from '../../shared/calendars/horizon.ts';
import { IPCA_HORIZON } from '../../shared/connectors/bcb_sgs/release.ts';
import { syncAlerts, type AlertCondition } from '../../shared/db/alerts.ts';
import type { Database } from '../../shared/db/client.ts';
import { COPOM_HORIZON } from '../../shared/economics/copom-meetings.ts';
import { INFLATION_TARGET_HORIZON } from '../../shared/economics/inflation-target.ts';
import type { Logger } from '../../shared/logger.ts';
import { daysBetween, type Day } from '../../shared/time.ts';

/** Every table of dates that a person keeps by hand. */
export const HORIZONS: readonly Horizon[] = [
  ...Object.values(CALENDAR_HORIZONS),
  COPOM_HORIZON,
  INFLATION_TARGET_HORIZON,
  IPCA_HORIZON,
];

/** An alert is raised this many days before a table runs out: time to find the new dates and to release them. */
const NOTICE_DAYS = 60;

/** The tables that run out within sixty days (`warning`) or have (`critical`), in the order of the list. */
export function listShortHorizons(horizons: readonly Horizon[], today: Day): AlertCondition[] {
  return horizons
    .map((horizon) => ({ horizon, daysLeft: daysBetween(today, horizon.lastDay) }))
    .filter(({ daysLeft }) => daysLeft <= NOTICE_DAYS)
    .map(({ horizon: { table, lastDay, afterwards, source }, daysLeft }) => ({
      subject: table,
      severity: daysLeft < 0 ? ('critical' as const) : ('warning' as const),
      message: `${table}: known to ${lastDay}. After that ${afterwards}. Next entries: ${source}`,
    }));
}

/** Raises and resolves the alerts of tables that run out, and logs each that is open. */
export async function checkHorizons(db: Database, today: Day, log: Logger): Promise<void> {
  const conditions = listShortHorizons(HORIZONS, today);
  const { raised, resolved } = await syncAlerts(db, 'calendar_horizon', conditions);
  for (const { subject, severity, message } of conditions)
    log.warn({ rule: 'calendar_horizon', subject, severity, isNew: raised.includes(subject) }, message);
  if (resolved.length > 0) log.info({ rule: 'calendar_horizon', resolved }, 'alerts resolved');
}
