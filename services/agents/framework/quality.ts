import { getCalendar } from '../../../shared/calendars/calendars.ts';
import type { CalendarName } from '../../../shared/calendars/calendar.ts';
import { dayInZone, daysBetween, SAO_PAULO, type Day } from '../../../shared/time.ts';
import type { AgentDefinition } from './agent.ts';
import { describeKey } from './describe-key.ts';
import type { MacroPoint, View } from './view.ts';

/** Sessions without a new value after which a daily series or an instrument is stale. */
export const STALE_SESSIONS = 5;
/** The same for a curve made of B3 prices. */
export const STALE_CURVE_SESSIONS = 10;

/** Days after its release at which a value is overdue: the next one is published one period after it. */
const OVERDUE_DAYS = { monthly: 45, quarterly: 120 } as const;
/** Days after its release at which an overdue value is too old to stand for the present. */
const UNUSABLE_DAYS = { monthly: 180, quarterly: 300 } as const;
const US_CURVE = /^UST_/;

/** The calendar that the source of a series, instrument or curve keeps. */
export function findCalendarName(key: string): CalendarName {
  if (key === 'IBOVESPA' || key === 'IRON_ORE_PROXY') return 'B3';
  if (US_CURVE.test(key)) return 'US_GOV';
  if (/^(BR_|DI_|CUPOM|NTN|USDBRL_)/.test(key)) return 'BR_ANBIMA';
  return key.startsWith('US_') ? 'US_GOV' : 'US_NYSE';
}

/** Sessions of the source's calendar from `date` to the partition: the age of a daily value. */
export function countSessionsSince(key: string, date: Day, partition: Day): number {
  return getCalendar(findCalendarName(key)).count(date, partition);
}

/** True when a curve is too old to be used: more than ten sessions for B3 curves, five for the US ones. */
export function isCurveStale(curveId: string, date: Day, partition: Day): boolean {
  const limit = US_CURVE.test(curveId) ? STALE_SESSIONS : STALE_CURVE_SESSIONS;
  return countSessionsSince(curveId, date, partition) > limit;
}

/**
 * Why a macro series is overdue at the partition (`flag`), or too old for a model (`use`), or null. A daily value is both
 * after five sessions; a monthly or quarterly one may be late (strikes, shutdowns) and is used with a flag for a while.
 * Annual series never are.
 */
export function explainStaleMacro(
  key: string,
  points: readonly MacroPoint[],
  partition: Day,
  purpose: 'flag' | 'use',
): string | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  if (/^\d{4}-\d{2}-\d{2}$/.test(last.period)) {
    const before = points.at(-2);
    const gap = before === undefined ? 1 : countSessionsSince(key, before.periodStart, last.periodStart);
    const age = countSessionsSince(key, last.periodStart, partition);
    const isWeekly = gap >= STALE_SESSIONS - 1;
    return age > STALE_SESSIONS + (isWeekly ? gap : 0) ? `${age} sessions old` : null;
  }
  const frequency = /^\d{4}-Q\d$/.test(last.period)
    ? 'quarterly'
    : /^\d{4}-\d{2}$/.test(last.period)
      ? 'monthly'
      : null;
  if (frequency === null) return null;
  const age = daysBetween(dayInZone(last.knownAt, SAO_PAULO), partition);
  return age > (purpose === 'flag' ? OVERDUE_DAYS : UNUSABLE_DAYS)[frequency]
    ? `last release ${age} days ago`
    : null;
}

/** What is missing, has holes or is overdue among everything the agent reads, in the order it declares. */
export function listQualityFlags({ reads }: AgentDefinition, view: View): string[] {
  const { partition } = view;
  const flags: string[] = [];
  for (const { key, transform } of reads.macro ?? []) {
    const name = `${key} ${transform} (${describeKey(key)})`;
    const points = view.macro(key, transform);
    const last = points.at(-1);
    if (last === undefined) {
      flags.push(`${name}: no observations`);
      continue;
    }
    if (last.value === null)
      flags.push(`${name}: latest value missing${last.reason === null ? '' : `, ${last.reason}`}`);
    const first = points.findIndex(({ value }) => value !== null);
    const holes = first < 0 ? 0 : points.slice(first).filter(({ value }) => value === null).length;
    if (holes > 0) flags.push(`${name}: ${holes} of ${points.length - first} values missing`);
    const stale = explainStaleMacro(key, points, partition, 'flag');
    if (stale !== null) flags.push(`${name}: stale, ${last.period} is ${stale}`);
  }
  for (const instrument of reads.prices ?? []) {
    flags.push(...listDatedFlags(instrument, view.prices(instrument).at(-1)?.date, partition));
  }
  for (const { instrument, stat, window } of reads.stats ?? []) {
    const last = view.stat(instrument, stat, window).findLast(({ value }) => value !== null);
    flags.push(...listDatedFlags(`${instrument} ${stat} ${window}`, last?.date, partition));
  }
  for (const curveId of reads.curves ?? []) {
    const date = view.curve(curveId)?.date;
    if (date === undefined) flags.push(`${curveId}: no curve`);
    else if (isCurveStale(curveId, date, partition)) flags.push(`${curveId}: stale, last curve ${date}`);
  }
  for (const upstream of reads.reports ?? []) {
    const report = view.report(upstream);
    if (report === null) flags.push(`${upstream}: no report`);
    else if (report.status === 'degraded') {
      const idle = report.signals.filter(({ status }) => status !== 'OK' && status !== 'BELOW_THRESHOLD');
      flags.push(`${upstream}: degraded, without ${idle.map(({ signalId }) => signalId).join(', ')}`);
    }
  }
  return flags;
}

function listDatedFlags(name: string, date: Day | undefined, partition: Day): string[] {
  if (date === undefined) return [`${name}: no observations`];
  const key = name.split(' ')[0]!;
  return countSessionsSince(key, date, partition) > STALE_SESSIONS
    ? [`${name}: stale, last session ${date}`]
    : [];
}
