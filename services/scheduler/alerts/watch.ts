import type { ChannelName } from '../../../shared/alerts/channels.ts';
import { SECOND, type Instant } from '../../../shared/time.ts';
import { sendDigest } from '../digest/send-digest.ts';
import type { RuleContext } from './context.ts';
import { evaluateRules } from './evaluate.ts';

/** Rules are evaluated so often: a deadline, a failure or a recovery is told within seconds. */
const EVALUATION_INTERVAL_MS = 15 * SECOND;

/** Evaluates rules and digest when it is time again. Call in every round while leading. */
export type WatchAlerts = (now: Instant) => Promise<void>;

/** Keeps alerts and the digest of the day up to date. Sending is left to the outboxes: no receiver is waited for. */
export function createAlertWatch(
  context: Omit<RuleContext, 'now'>,
  channels: readonly ChannelName[],
): WatchAlerts {
  let evaluatedAt = -Infinity;
  return async (now) => {
    if (now - evaluatedAt < EVALUATION_INTERVAL_MS) return;
    evaluatedAt = now;
    await evaluateRules({ ...context, now }, channels);
    const { db, config, log } = context;
    const schedule = { name: 'weekday', cron: config.SCHEDULE_CRON, zone: config.SCHEDULE_TZ };
    const isSent = await sendDigest({ db, schedule, now }, channels);
    if (isSent) log.info('digest of the day made');
  };
}
