import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../../infra/local/free-port.ts';
import { listBackfills } from '../../../shared/db/backfill-progress.ts';
import { createBackfill } from '../../../shared/db/backfills.ts';
import { PermanentError, TransientError } from '../../../shared/errors.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { createPipeline, handlersWith, succeed, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';
import { startApi } from '../api/running-api.ts';

const [FROM, TO] = ['2021-03-01', '2021-03-05'];
const REQUEST = { only: 'missing', slice: 'month', maxConcurrentRuns: 4, order: 'oldest' } as const;

let world: World;
let leader: TestPipeline;
let follower: TestPipeline;
let workers: TestPipeline;
let leaderUrl: string;
let followerUrl: string;

beforeAll(async () => {
  world = await createWorld();
  const [first, second] = [await findFreePort(), await findFreePort()];
  leaderUrl = `http://127.0.0.1:${first}/metrics`;
  followerUrl = `http://127.0.0.1:${second}/metrics`;
  leader = createPipeline(world, { HEALTH_PORT: String(first) });
  await leader.startScheduler();
  await waitFor('a leader', async () => (await readMetrics(leaderUrl)).get('macro_scheduler_leading') === 1);
  follower = createPipeline(world, { HEALTH_PORT: String(second) });
  await follower.startScheduler();
  workers = createPipeline(world);
});

afterAll(async () => {
  await workers.close();
  await follower.close();
  await leader.close();
  await world.close();
});

/** The samples of an answer, by name and labels as they are written. */
async function readMetrics(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(url)).text();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Reads what is told under these names; what takes three seconds is left out of an answer. */
const readSamples = (url: string, names: Readonly<Record<string, unknown>>) => async () => {
  const metrics = await readMetrics(url);
  return Object.fromEntries(Object.keys(names).map((name) => [name, metrics.get(name)]));
};

/** Waits until an answer has a sample, and returns that answer. */
const readMetricsWith = (url: string, sample: string): Promise<Map<string, number>> =>
  waitFor(`${sample} at ${url}`, async () => {
    const metrics = await readMetrics(url);
    return metrics.has(sample) ? metrics : null;
  });

async function runBackfill(from: string, to: string): Promise<void> {
  const { db } = leader.database;
  const request = { from, to, assets: graph.names, ...REQUEST };
  const { id } = await createBackfill(db, request, null, { actor: 'test', reason: null });
  await waitFor('the backfill', async () => (await listBackfills(db, { id, limit: 1 }))[0]?.finishedAt);
}

describe('the metrics of a process', () => {
  it('are text that Prometheus reads, and may not be kept', async () => {
    const answer = await fetch(leaderUrl);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('count attempts by asset and outcome, those that failed and were retried too', async () => {
    let tries = 0;
    const part = await workers.startWorkers(
      handlersWith({
        async bronze_fred(ctx) {
          tries += 1;
          if (tries === 1) throw new TransientError('not yet');
          return succeed(ctx);
        },
        async agent_fiscal() {
          throw new PermanentError('no model');
        },
      }),
    );
    const before = await readMetrics(leaderUrl);
    await runBackfill(FROM, TO);
    await part.close();
    const after = await readMetrics(leaderUrl);
    const increase = (asset: string, outcome: string): number => {
      const sample = `macro_task_attempts_total{asset="${asset}",outcome="${outcome}"}`;
      return (after.get(sample) ?? NaN) - (before.get(sample) ?? NaN);
    };
    expect(increase('bronze_fred', 'retrying')).toBe(1);
    expect(increase('bronze_fred', 'succeeded')).toBe(1);
    expect(increase('agent_fiscal', 'failed')).toBe(1);
    expect(increase('agent_fiscal', 'retrying')).toBe(0);
    expect(increase('agent_cross_asset', 'skipped')).toBe(1);
    expect(after.get('macro_task_attempt_seconds_count{asset="bronze_fred"}')).toBe(2);
  });

  it('tell how the pools are used', async () => {
    const metrics = await readMetrics(leaderUrl);
    expect(metrics.get('macro_pg_connections{pool="macro-scheduler",state="limit"}')).toBe(16);
    // Each scheduler holds one to lead or to ask for it.
    expect(metrics.get('macro_pg_connections{pool="macro-scheduler",state="in_use"}')).toBeGreaterThan(0);
  });
});

describe('the metrics of the ledger and the queues', () => {
  it('are told by the scheduler that leads and by no other', async () => {
    const metrics = await readMetrics(followerUrl);
    expect(metrics.get('macro_scheduler_leading')).toBe(0);
    const shared =
      /^macro_(queue|tasks|runs|backfill|ticks|asset|schedule_|provider_(circuit|budget_rate)|alerts|redis)/;
    const listShared = async () =>
      [...(await readMetrics(leaderUrl)).keys()].filter((name) => shared.test(name));
    await expect.poll(async () => (await listShared()).length).toBeGreaterThan(100);
    expect([...metrics.keys()].filter((name) => shared.test(name))).toEqual([]);
  });

  it('count what waits for workers, with the age of the oldest job', async () => {
    const { db } = leader.database;
    const request = { from: '2021-04-01', to: '2021-04-02', assets: ['bronze_fred'] as const, ...REQUEST };
    await createBackfill(db, { ...request }, null, { actor: 'test', reason: null });
    // Ledger and queues are read side by side: one may be told of as it was a moment before the other.
    const expected = {
      'macro_queue_jobs{queue="bronze",state="prioritized"}': 1,
      'macro_queue_oldest_job_age_seconds{queue="silver"}': 0,
      'macro_queue_jobs{queue="runs",state="waiting-children"}': 1,
      'macro_tasks{asset="bronze_fred",state="queued"}': 1,
      'macro_runs{kind="backfill",state="running"}': 1,
      'macro_backfills{state="running"}': 1,
      'macro_backfill_partitions{state="running"}': 2,
      'macro_backfill_partitions_done{state="running"}': 0,
    };
    await expect.poll(readSamples(leaderUrl, expected)).toEqual(expected);
    const age = 'macro_queue_oldest_job_age_seconds{queue="bronze"}';
    await expect.poll(async () => (await readMetrics(leaderUrl)).get(age)).toBeGreaterThan(0);
  });

  it('tell how much memory Redis uses, and how much it may', async () => {
    const metrics = await readMetricsWith(leaderUrl, 'macro_redis_memory_bytes{state="used"}');
    expect(metrics.get('macro_redis_memory_bytes{state="used"}')).toBeGreaterThan(100_000);
    expect(metrics.get('macro_redis_memory_bytes{state="limit"}')).toBeGreaterThanOrEqual(0);
  });

  it('count the partitions of every asset, and say which was the last', async () => {
    const expected = {
      'macro_asset_partitions{asset="silver_macro",state="fresh"}': 5,
      'macro_asset_partitions{asset="agent_fiscal",state="failed"}': 5,
      'macro_asset_last_partition_timestamp_seconds{asset="silver_macro"}': Date.parse(TO) / 1_000,
      'macro_asset_last_partition_timestamp_seconds{asset="agent_fiscal"}': undefined,
    };
    await expect.poll(readSamples(leaderUrl, expected)).toEqual(expected);
  });

  it('say nothing about a next tick while there is no schedule', async () => {
    const expected = {
      macro_schedule_paused: 0,
      macro_schedule_next_tick_timestamp_seconds: undefined,
      'macro_ticks{outcome="missed"}': 0,
    };
    await expect.poll(readSamples(leaderUrl, expected)).toEqual(expected);
  });

  it('name no id, partition or key', async () => {
    const samples = [...(await readMetrics(leaderUrl)).keys()];
    const ids = /[0-9a-f]{8}-[0-9a-f]{4}-|"\d{4}-\d{2}-\d{2}"/;
    expect(samples.filter((sample) => ids.test(sample))).toEqual([]);
  });
});

describe('the metrics of the API', () => {
  it('need no key, and count requests by the pattern of their address', async () => {
    const api = await startApi({ keys: ['a-key'] });
    const headers = { authorization: 'Bearer a-key' };
    await api.send('GET', '/v1/runs/3f2b8c1e-0000-4000-8000-000000000000', { headers });
    await api.send('GET', '/v1/nowhere', { headers });
    const count = (route: string): string =>
      `macro_http_request_seconds_count{method="GET",route="${route}",status="404"}`;
    // Counted when it is sent, which may be after it has been read.
    const expected = { [count('/v1/runs/:id')]: 1, [count('none')]: 1 };
    await expect.poll(readSamples(`${api.url}/metrics`, expected)).toEqual(expected);
    const refused = await fetch(`${api.url}/metrics`, { method: 'POST' });
    await api.close();
    expect(refused.status).toBe(405);
  });
});
