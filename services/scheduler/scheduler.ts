import { DEFAULT_RULES } from '../../shared/alerts/rules.ts';
import { seedRules } from '../../shared/db/alert-rules.ts';
import { directUrl, openDatabase } from '../../shared/db/client.ts';
import { readClock } from '../../shared/db/clock.ts';
import { refuseLostSettings, refuseSharedSessions } from '../../shared/db/pooling.ts';
import { registerSeries } from '../../shared/db/series.ts';
import { connectRedis, serveHealth } from '../../shared/health.ts';
import { closeBackfills, closeRun } from '../../shared/pipeline/runs.ts';
import type { ServiceContext } from '../../shared/process.ts';
import { connectForCommands } from '../../shared/queues/connection.ts';
import { startConsumer } from '../../shared/queues/consumer.ts';
import { FINISH_JOB, finishJobSchema } from '../../shared/queues/job.ts';
import { openProducer } from '../../shared/queues/producer.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { createAlertWatch } from './alerts/watch.ts';
import { createCancelSweep } from './cancel-sweep.ts';
import { createChannels } from './delivery/channels.ts';
import { deliverDue } from './delivery/outbox.ts';
import { startPlannedRuns } from './dispatch.ts';
import { claimLeadership } from './leader.ts';
import { startLoop } from './loop.ts';
import { createSchedulerMetrics } from './metrics.ts';
import { reconcile } from './reconcile.ts';
import { createRetention } from './retention.ts';
import { recordDueTicks, warnBeforeCutoff } from './ticks.ts';

const FINISH_CONCURRENCY = 4;
/** Pause between two looks into the outbox of a channel. */
const DELIVERY_INTERVAL_MS = 1 * SECOND;

/**
 * Runs the scheduler: one leader among all replicas turns due ticks and planned runs into flows and keeps ledger and
 * queue in step; every replica takes finishing jobs.
 */
export async function startScheduler(context: ServiceContext): Promise<void> {
  const { config, log, onClose } = context;
  const database = openDatabase(config, { name: 'macro-scheduler', max: 8 });
  onClose(database);
  await refuseSharedSessions(directUrl(config));
  await refuseLostSettings(database.db);
  await registerSeries(database.db);
  await seedRules(database.db, DEFAULT_RULES);
  const redis = connectForCommands(config.REDIS_URL);
  await connectRedis(redis);
  onClose({ close: async () => redis.disconnect() });
  const producer = openProducer({
    redisUrl: config.REDIS_URL,
    prefix: config.QUEUE_PREFIX,
    retryBaseMs: config.RETRY_BASE_MS,
  });
  onClose(producer);
  const leadership = claimLeadership(database.sessions, log);
  onClose(leadership);
  const schedule = { name: 'weekday', cron: config.SCHEDULE_CRON, zone: config.SCHEDULE_TZ };
  const { db } = database;
  const isLeading = leadership.wasLeader;
  const metrics = createSchedulerMetrics({ db, redis, producer, config, schedule, log, isLeading });
  await serveHealth(context, { db, redis }, metrics.read);
  if (config.SCHEDULE_ENABLED) warnBeforeCutoff(schedule, await readClock(database.db), log);

  const sweepCancelledRuns = createCancelSweep(database.db, producer, log);
  const keepRetention = createRetention(database.db, config.PAYLOAD_RETENTION_DAYS, log);

  // The alarm clock only makes ticks punctual; the ledger decides what is due. Redis may have lost it.
  let alarmCheckedAt = 0;
  const keepAlarm = async (): Promise<void> => {
    if (Date.now() - alarmCheckedAt < MINUTE) return;
    alarmCheckedAt = Date.now();
    await producer
      .upsertAlarm(schedule.name, schedule.cron, schedule.zone)
      .catch((error: unknown) =>
        log.warn({ err: error, schedule: schedule.name }, 'no alarm clock, will be tried again'),
      );
  };

  const channels = createChannels(config);
  const names = channels.map(({ name }) => name);
  const watchAlerts = createAlertWatch({ db: database.db, redis, config, log }, names);
  // Each channel has a loop of its own, in every replica: a receiver that is silent keeps nobody else waiting.
  for (const channel of channels) {
    const outbox = { db: database.db, channel, publicUrl: config.PUBLIC_URL, log, now: Date.now };
    const work = async (): Promise<void> => void (await deliverDue(outbox));
    onClose(startLoop({ intervalMs: DELIVERY_INTERVAL_MS, log, work }));
  }

  const work = async (): Promise<void> => {
    if (config.SCHEDULE_ENABLED) {
      const now = await readClock(database.db);
      await recordDueTicks(database.db, schedule, { now, catchUp: config.SCHEDULE_CATCH_UP, log });
    }
    await sweepCancelledRuns();
    await startPlannedRuns(database.db, producer, log);
    await reconcile(database.db, producer, log);
    await closeBackfills(database.db);
    if (config.SCHEDULE_ENABLED) await keepAlarm();
    await keepRetention(Date.now());
  };
  const loop = startLoop({
    intervalMs: config.RECONCILE_INTERVAL_MS,
    log,
    async work() {
      if (await leadership.isLeader()) await metrics.timeRound(work);
    },
  });
  onClose(loop);
  // A loop of its own, as the deliveries have: the round above waits for Redis, and alerts are wanted most while it is away.
  // By what that round knew last: two that evaluate do what one does.
  onClose(
    startLoop({
      intervalMs: config.RECONCILE_INTERVAL_MS,
      log,
      async work() {
        if (isLeading()) await watchAlerts(Date.now());
      },
    }),
  );
  onClose(
    startConsumer({
      queue: 'runs',
      redisUrl: config.REDIS_URL,
      prefix: config.QUEUE_PREFIX,
      concurrency: FINISH_CONCURRENCY,
      log,
      async process({ name, data }) {
        if (name === FINISH_JOB) {
          const { runId } = finishJobSchema.parse(data);
          const state = await closeRun(database.db, runId);
          if (state !== null) log.info({ runId, state }, 'run ended');
        }
        loop.wake();
      },
    }),
  );
}
