import type { ChannelName } from '../../../shared/alerts/channels.ts';
import type { RuleKind } from '../../../shared/alerts/rules.ts';
import { listRules } from '../../../shared/db/alert-rules.ts';
import { syncAlerts } from '../../../shared/db/alerts.ts';
import { findShortHorizons } from '../horizons.ts';
import type { FindConditions, RuleContext } from './context.ts';
import { findDownProviders } from './providers.ts';
import { findLate, findStale } from './readiness.ts';
import { findBlocked, findCrashLoops, findFailedRuns, findMissedTicks } from './work.ts';

/** How each kind of rule finds out what is true now. */
const FINDERS: Readonly<Record<Exclude<RuleKind, 'digest'>, FindConditions>> = {
  deadline: findLate,
  staleness: findStale,
  failed_run: findFailedRuns,
  missed_tick: findMissedTicks,
  provider_down: findDownProviders,
  check_blocked: findBlocked,
  crash_loop: findCrashLoops,
  calendar_horizon: findShortHorizons,
};

/**
 * Makes the open alerts of every enabled rule what they should be at this moment, and queues what has to be delivered. A
 * rule that cannot be evaluated is logged; its alerts stay as they are, and the other rules are not kept waiting.
 */
export async function evaluateRules(context: RuleContext, channels: readonly ChannelName[]): Promise<void> {
  const { db, log, now } = context;
  for (const rule of await listRules(db)) {
    if (!rule.enabled || rule.kind === 'digest') continue;
    try {
      const conditions = await FINDERS[rule.kind](context, rule);
      const { raised, resolved } = await syncAlerts(db, rule, conditions, { now, channels });
      for (const { subject, message } of conditions.filter((condition) => raised.includes(condition.subject)))
        log.warn({ rule: rule.name, subject }, message);
      if (resolved.length > 0) log.info({ rule: rule.name, resolved }, 'alerts resolved');
    } catch (error) {
      log.error({ err: error, rule: rule.name }, 'a rule could not be evaluated, it is tried again');
    }
  }
}
