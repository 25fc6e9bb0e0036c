import {
  listBlocked,
  listCrashLoops,
  listFailedRuns,
  listLateTicks,
  listOpenSubjects,
  MISSED_NEWS_MS,
  type LateTick,
  type TickFailure,
} from '../../../shared/db/alert-evidence.ts';
import type { AlertCondition } from '../../../shared/db/alerts.ts';
import { listForgottenTicks } from '../../../shared/db/tick-list.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { partitionOfTick } from '../../../shared/pipeline/schedule.ts';
import { MINUTE, toIso, type Day } from '../../../shared/time.ts';
import { LATE_AFTER_MS } from '../ticks.ts';
import type { FindConditions, RuleContext } from './context.ts';

/** Longest list of failures in a message (characters): a person reads it on a telephone. */
const MAX_DETAIL = 600;

const span = (from: Day, to: Day): string => (from === to ? from : `${from} to ${to}`);

function joinCut(details: readonly string[]): string {
  const text = details.join('; ');
  return text.length <= MAX_DETAIL ? text : `${text.slice(0, MAX_DETAIL - 1)}…`;
}

/**
 * `failed_run`: as many runs as the threshold have failed, in whole or in part, within a day. Lasts until what they owe is
 * materialized, by a retry or by another run.
 */
export const findFailedRuns: FindConditions = async ({ db, now }, rule) => {
  const failed = await listFailedRuns(db, { rule: rule.name, assets: rule.assets, now });
  const lately = failed.reduce((sum, request) => sum + request.lately, 0);
  const open = new Set(await listOpenSubjects(db, rule.name));
  return failed
    .filter(({ subject }) => lately >= (rule.threshold ?? 1) || open.has(subject))
    .map(({ subject, runs, from, to, failures }) => ({
      subject,
      message: `${runs === 1 ? 'A run' : `${runs} runs`} of ${span(from, to)} failed: ${joinCut(failures)}`,
    }));
};

/** `crash_loop`: a task was given up because its workers died again and again. Lasts until its partitions are there. */
export const findCrashLoops: FindConditions = async ({ db, now }, rule) => {
  const loops = await listCrashLoops(db, { rule: rule.name, assets: rule.assets, now });
  return loops.map(({ subject, crashes, from, to }) => ({
    subject,
    message: `The workers of ${subject} (${span(from, to)}) died ${crashes} times: it is not tried again`,
  }));
};

/** `check_blocked`: a check holds back rows without which an asset has no partition. Lasts until they are let through. */
export const findBlocked: FindConditions = async ({ db, now }, rule) => {
  const blocked = await listBlocked(db, { rule: rule.name, assets: rule.assets, now });
  return blocked.map(({ subject, partitions, from, to, checks }) => ({
    subject,
    message:
      `Checks block ${partitions === 1 ? 'the partition' : `${partitions} partitions`} ${span(from, to)}: ` +
      joinCut(checks.length === 0 ? ['see GET /v1/checks'] : checks),
  }));
};

const LATENESS: Readonly<Record<TickFailure, (tick: LateTick) => string>> = {
  missed: ({ partition }) => `No run was started for ${partition} when it was due`,
  late: ({ partition, minutesLate }) => `The run for ${partition} was planned ${minutesLate} minutes late`,
  caught_up: ({ partition, minutesLate }) =>
    `The run for ${partition} was planned ${minutesLate} minutes late`,
  waiting: ({ partition }) =>
    `The run for ${partition} waits, ${LATE_AFTER_MS / MINUTE} minutes after it was due`,
};

/** Ticks that are due and that the round of the scheduler has not come to: it waits, for Redis perhaps. */
async function findForgotten({ db, config, now }: RuleContext): Promise<AlertCondition[]> {
  if (!config.SCHEDULE_ENABLED) return [];
  const schedule = { name: 'weekday', cron: config.SCHEDULE_CRON, zone: config.SCHEDULE_TZ };
  const range = { now: now - LATE_AFTER_MS, since: now - MISSED_NEWS_MS };
  return (await listForgottenTicks(db, schedule, range)).map((dueAt) => {
    const partition = partitionOfTick(schedule, dueAt);
    return {
      subject: `${schedule.name} ${partition}`,
      message: `The run for ${partition} was due at ${toIso(dueAt)}, and the scheduler has not come to it`,
    };
  });
}

/**
 * `missed_tick`: nothing was started within five minutes of a due moment. Lasts until its partition is there, by its own late
 * run or by other means.
 */
export const findMissedTicks: FindConditions = async (context, rule) => {
  const { db, now } = context;
  const assets = rule.assets ?? graph.names;
  const missed = await listLateTicks(db, { rule: rule.name, assets, now, afterMs: LATE_AFTER_MS });
  // A schedule of several moments a day has several ticks of a partition: one alert tells of the first.
  const bySubject = Map.groupBy(missed, ({ subject }) => subject);
  const late = [...bySubject].flatMap(([subject, [tick]]) => {
    if (tick === undefined) return [];
    const { state, owed, partition } = tick;
    const remedy = state === 'missed' ? `: a backfill of ${partition} makes up for it` : '';
    const message = `${LATENESS[state](tick)}, and ${owed} of ${assets.length} assets are not materialized${remedy}`;
    return [{ subject, message }];
  });
  const forgotten = await findForgotten(context);
  return [...late, ...forgotten.filter(({ subject }) => !bySubject.has(subject))];
};
