import type { AlertCondition } from '../../../shared/db/alerts.ts';
import { listOpenSubjects } from '../../../shared/db/alert-evidence.ts';
import {
  isReady,
  listNewestPartitions,
  readFirstStart,
  readReadiness,
  type AssetReadiness,
} from '../../../shared/db/readiness.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { listWeekdays, nextWeekday, type Day } from '../../../shared/time.ts';
import type { FindConditions } from './context.ts';
import { deadlineOf, duePartition, firstPartitionAfter, partitionOfToday } from './due-partition.ts';

const subjectOf = ({ asset, partition }: Pick<AssetReadiness, 'asset' | 'partition'>): string =>
  `${asset} ${partition}`;

/** The partition that a subject of the rule names. */
const partitionOf = (subject: string): Day => subject.slice(subject.indexOf(' ') + 1);

/**
 * `deadline`: an asset has no materialization of the partition that is due at the time of day. What was to run before the first
 * start of the scheduler is not asked for. An alert lasts until its own partition is ready, also over the next deadline.
 */
export const findLate: FindConditions = async ({ db, config, now }, rule) => {
  const start = await readFirstStart(db);
  if (start === null || rule.deadline === null) return [];
  const { deadline } = rule;
  const zone = config.SCHEDULE_TZ;
  const due = duePartition(now, deadline, zone);
  const schedule = { name: 'weekday', cron: config.SCHEDULE_CRON, zone };
  const isDue = deadlineOf(due, deadline, zone) > start.at && due >= firstPartitionAfter(start.at, schedule);
  const open = new Set(await listOpenSubjects(db, rule.name));
  const late: AlertCondition[] = [];
  for (const partition of new Set([...(isDue ? [due] : []), ...[...open].map(partitionOf)])) {
    const assets = await readReadiness(db, partition, rule.assets ?? graph.names);
    for (const asset of assets.filter((candidate) => !isReady(candidate))) {
      const subject = subjectOf(asset);
      const isNew = isDue && partition === due;
      if (!isNew && !open.has(subject)) continue;
      const why = asset.reason === null ? '' : `: ${asset.reason}`;
      const message =
        `${asset.asset} is not ready for ${partition} at ${deadline} ${zone} of ${nextWeekday(partition)}; ` +
        `it is ${asset.state}${why}. Newest ready partition: ${asset.newestPartition ?? 'none'}`;
      late.push({ subject, message });
    }
  }
  return late;
};

/**
 * `staleness`: the newest materialized partition of an asset is more weekdays old than the threshold, counted to the
 * partition of today and from the first start of the scheduler at the earliest.
 */
export const findStale: FindConditions = async ({ db, config, now }, rule) => {
  const start = await readFirstStart(db);
  if (start === null || rule.threshold === null) return [];
  const { threshold } = rule;
  const today = partitionOfToday(now, config.SCHEDULE_TZ);
  const newest = await listNewestPartitions(db, rule.assets ?? graph.names, today);
  return newest.flatMap(({ asset, partition }) => {
    const since = partition === null || partition < start.partition ? start.partition : partition;
    const age = listWeekdays(nextWeekday(since), today).length;
    if (age <= threshold) return [];
    const message =
      `The newest partition of ${asset} is ${partition ?? 'none'}: ${age} weekdays behind ${today}, ` +
      `${threshold} are allowed`;
    return [{ subject: asset, message }];
  });
};
