import { Gauge, Histogram, Registry } from 'prom-client';
import type { Config } from '../../shared/config.ts';
import type { Database } from '../../shared/db/client.ts';
import { countLedger, type LedgerCounts } from '../../shared/db/ledger-counts.ts';
import { readPause } from '../../shared/db/schedule-pauses.ts';
import { askRedis, hurry } from '../../shared/health.ts';
import type { Logger } from '../../shared/logger.ts';
import { graph } from '../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { nextTick, type Schedule } from '../../shared/pipeline/schedule.ts';
import { readSharedState } from '../../shared/provider-state.ts';
import type { RedisClient } from '../../shared/queues/connection.ts';
import type { Producer } from '../../shared/queues/producer.ts';
import { SECOND } from '../../shared/time.ts';

export interface SchedulerMetricsOptions {
  readonly db: Database;
  readonly redis: RedisClient;
  readonly producer: Producer;
  readonly config: Pick<Config, 'QUEUE_PREFIX' | 'PROVIDER_RATES' | 'SCHEDULE_ENABLED'>;
  readonly schedule: Schedule;
  readonly log: Logger;
  readonly isLeading: () => boolean;
}

/** What a scheduler tells beside what every process counts. */
export interface SchedulerMetrics {
  read(): Promise<Registry>;
  /** Times one round. */
  timeRound(work: () => Promise<void>): Promise<void>;
}

const OPEN_TASK_STATES = ['pending', 'queued', 'running'] as const;
const OPEN_STATES = ['planned', 'running', 'paused'] as const;
const RUN_KINDS = ['scheduled', 'manual', 'backfill'] as const;
const PARTITION_STATES = ['fresh', 'no_data_expected', 'failed'] as const;
const TICK_OUTCOMES = ['started', 'late', 'caught_up', 'missed'] as const;
const SEVERITIES = ['warning', 'critical'] as const;

/** Gauges of what all processes share: the ledger, the queues, the schedule and the providers. */
function createSharedGauges(registers: Registry[]) {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name: `macro_${name}`, help, labelNames, registers });
  return {
    queueJobs: gauge('queue_jobs', 'Jobs in Redis that have not ended, by queue and state', 'queue', 'state'),
    oldestJob: gauge(
      'queue_oldest_job_age_seconds',
      'Age of the oldest job that waits for a worker, since its run was dispatched; 0: none waits',
      'queue',
    ),
    tasks: gauge('tasks', 'Tasks of the ledger that are not over', 'asset', 'state'),
    runs: gauge('runs', 'Runs that are not over', 'kind', 'state'),
    backfills: gauge('backfills', 'Backfills that are not over', 'state'),
    owed: gauge('backfill_partitions', 'Asset x partitions of backfills that are not over', 'state'),
    done: gauge('backfill_partitions_done', 'Those among them that are done', 'state'),
    ticks: gauge('ticks', 'Ticks of the schedule since its installation', 'outcome'),
    lastTick: gauge(
      'schedule_last_tick_timestamp_seconds',
      'Moment of the last tick that was recorded, or of the installation',
    ),
    nextTick: gauge(
      'schedule_next_tick_timestamp_seconds',
      'Moment of the tick after the last that was recorded',
    ),
    paused: gauge('schedule_paused', '1 while the schedule is paused'),
    partitions: gauge('asset_partitions', 'Partitions of an asset by state', 'asset', 'state'),
    lastPartition: gauge(
      'asset_last_partition_timestamp_seconds',
      'Midnight (UTC) of the last partition of an asset that is materialized',
      'asset',
    ),
    alerts: gauge('alerts_open', 'Alerts of the pipeline that are not resolved', 'severity'),
    circuit: gauge('provider_circuit_open', '1 while the circuit is open or half open', 'circuit'),
    redisMemory: gauge(
      'redis_memory_bytes',
      'Memory of the Redis that holds the queues: used, and the limit beyond which it refuses writes (0: none)',
      'state',
    ),
    rate: gauge('provider_budget_rate', 'Requests per second that the budget of a host gives now', 'host'),
  };
}

type SharedGauges = ReturnType<typeof createSharedGauges>;

function setLedger(gauges: SharedGauges, counts: LedgerCounts): void {
  // What is not in the ledger is none, not unknown.
  for (const asset of graph.names) {
    for (const state of OPEN_TASK_STATES) gauges.tasks.set({ asset, state }, 0);
    for (const state of PARTITION_STATES) gauges.partitions.set({ asset, state }, 0);
  }
  for (const state of OPEN_STATES) {
    for (const kind of RUN_KINDS) gauges.runs.set({ kind, state }, 0);
    for (const one of [gauges.backfills, gauges.owed, gauges.done]) one.set({ state }, 0);
  }
  for (const outcome of TICK_OUTCOMES) gauges.ticks.set({ outcome }, 0);
  for (const severity of SEVERITIES) gauges.alerts.set({ severity }, 0);

  for (const { count, ...labels } of counts.tasks) gauges.tasks.set(labels, count);
  for (const { count, ...labels } of counts.runs) gauges.runs.set(labels, count);
  for (const { state, count, partitions, done } of counts.backfills) {
    gauges.backfills.set({ state }, count);
    gauges.owed.set({ state }, partitions);
    gauges.done.set({ state }, done);
  }
  for (const { outcome, count } of counts.ticks)
    if (outcome !== 'installed') gauges.ticks.set({ outcome }, count);
  const last = new Map<string, number>();
  for (const { asset, state, count, lastSeconds } of counts.partitions) {
    gauges.partitions.set({ asset, state }, count);
    if (state !== 'failed') last.set(asset, Math.max(lastSeconds, last.get(asset) ?? 0));
  }
  for (const [asset, seconds] of last) gauges.lastPartition.set({ asset }, seconds);
  for (const { severity, count } of counts.alerts) gauges.alerts.set({ severity }, count);
}

async function setQueues(gauges: SharedGauges, { producer }: SchedulerMetricsOptions): Promise<void> {
  const now = Date.now();
  for (const { queue, jobs, oldestAt } of await producer.measureQueues()) {
    for (const [state, count] of Object.entries(jobs)) gauges.queueJobs.set({ queue, state }, count);
    gauges.oldestJob.set({ queue }, oldestAt === null ? 0 : Math.max(0, now - oldestAt) / SECOND);
  }
}

/** The next tick is the one after the last that was recorded: one that nobody records falls due and stays so. */
function setTicks(
  gauges: SharedGauges,
  counts: LedgerCounts,
  { schedule, config }: SchedulerMetricsOptions,
): void {
  if (counts.ticks.length === 0 || !config.SCHEDULE_ENABLED) return;
  const last = Math.max(...counts.ticks.map(({ lastSeconds }) => lastSeconds));
  gauges.lastTick.set(last);
  gauges.nextTick.set(nextTick(schedule, last * SECOND) / SECOND);
}

async function setSchedule(gauges: SharedGauges, { db, schedule }: SchedulerMetricsOptions): Promise<void> {
  gauges.paused.set((await readPause(db, schedule.name)) === null ? 0 : 1);
}

async function setProviders(gauges: SharedGauges, options: SchedulerMetricsOptions): Promise<void> {
  for (const provider of Object.values(PROVIDER_OF)) {
    const { budgets, circuits } = await readSharedState(options, provider, Date.now());
    for (const { name: circuit, state } of circuits)
      gauges.circuit.set({ circuit }, state === 'closed' ? 0 : 1);
    for (const { host, currentRate } of budgets) gauges.rate.set({ host }, currentRate);
  }
}

async function setRedis(gauges: SharedGauges, { redis, config }: SchedulerMetricsOptions): Promise<void> {
  const info = await askRedis(redis, { prefix: config.QUEUE_PREFIX, section: 'memory' });
  const read = (field: string): number => Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1]);
  gauges.redisMemory.set({ state: 'used' }, read('used_memory'));
  gauges.redisMemory.set({ state: 'limit' }, read('maxmemory'));
}

/** Reads what all processes share. What cannot be read is left out and said in the log. */
async function readShared(options: SchedulerMetricsOptions): Promise<Registry> {
  // A new one each time: what is not there any more, or could not be read, is not told.
  const registry = new Registry();
  const gauges = createSharedGauges([registry]);
  // A gauge without labels begins at 0, which nobody has said.
  for (const gauge of [gauges.lastTick, gauges.nextTick, gauges.paused]) gauge.remove();
  const parts = {
    ledger: countLedger(options.db).then((counts) => {
      setLedger(gauges, counts);
      setTicks(gauges, counts, options);
    }),
    queues: setQueues(gauges, options),
    schedule: setSchedule(gauges, options),
    providers: setProviders(gauges, options),
    redis: setRedis(gauges, options),
  };
  const reads = Object.entries(parts).map(async ([part, read]) => {
    await hurry(`What the metrics tell of ${part}`, read).catch((error: unknown) =>
      options.log.warn({ err: error, part }, 'metrics left out, will be read again when asked'),
    );
  });
  await Promise.all(reads);
  return registry;
}

/**
 * Metrics of a scheduler. What all processes share is told by the leader alone, so that it is there once, and read when
 * somebody asks.
 */
export function createSchedulerMetrics(options: SchedulerMetricsOptions): SchedulerMetrics {
  const { isLeading } = options;
  const own = new Registry();
  const rounds = new Histogram({
    name: 'macro_scheduler_round_seconds',
    help: 'Time that the leader took for one round',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [own],
  });
  own.registerMetric(
    new Gauge({
      name: 'macro_scheduler_leading',
      help: '1 in the scheduler that leads',
      registers: [],
      collect() {
        this.set(isLeading() ? 1 : 0);
      },
    }),
  );
  return {
    async read() {
      return isLeading() ? Registry.merge([own, await readShared(options)]) : own;
    },
    async timeRound(work) {
      const stop = rounds.startTimer();
      await work().finally(stop);
    },
  };
}
