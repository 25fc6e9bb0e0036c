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
    const ofLeader = [...(await readMetrics(leaderUrl)).keys()].filter((name) => shared.test(name));
    expect(ofLeader.length).toBeGreaterThan(100);
    expect([...metrics.keys()].filter((name) => shared.test(name))).toEqual([]);
  });

  it('count what waits for workers, with the age of the oldest job', async () => {
    const { db } = leader.database;
    const request = { from: '2021-04-01', to: '2021-04-02', assets: ['bronze_fred'] as const, ...REQUEST };
    await createBackfill(db, { ...request }, null, { actor: 'test', reason: null });
    const metrics = await waitFor('a job in the queue', async () => {
      const read = await readMetrics(leaderUrl);
      return read.get('macro_queue_jobs{queue="bronze",state="prioritized"}') === 1 ? read : null;
    });
    expect(metrics.get('macro_queue_oldest_job_age_seconds{queue="bronze"}')).toBeGreaterThan(0);
    expect(metrics.get('macro_queue_oldest_job_age_seconds{queue="silver"}')).toBe(0);
    expect(metrics.get('macro_queue_jobs{queue="runs",state="waiting-children"}')).toBe(1);
    expect(metrics.get('macro_tasks{asset="bronze_fred",state="queued"}')).toBe(1);
    expect(metrics.get('macro_runs{kind="backfill",state="running"}')).toBe(1);
    expect(metrics.get('macro_backfills{state="running"}')).toBe(1);
    expect(metrics.get('macro_backfill_partitions{state="running"}')).toBe(2);
    expect(metrics.get('macro_backfill_partitions_done{state="running"}')).toBe(0);
  });

  it('tell how much memory Redis uses, and how much it may', async () => {
    const metrics = await readMetrics(leaderUrl);
    expect(metrics.get('macro_redis_memory_bytes{state="used"}')).toBeGreaterThan(100_000);
    expect(metrics.get('macro_redis_memory_bytes{state="limit"}')).toBeGreaterThanOrEqual(0);
  });

  it('count the partitions of every asset, and say which was the last', async () => {
    const metrics = await readMetrics(leaderUrl);
    expect(metrics.get('macro_asset_partitions{asset="silver_macro",state="fresh"}')).toBe(5);
    expect(metrics.get('macro_asset_partitions{asset="agent_fiscal",state="failed"}')).toBe(5);
    expect(metrics.get('macro_asset_last_partition_timestamp_seconds{asset="silver_macro"}')).toBe(
      Date.parse(TO) / 1_000,
    );
    expect(metrics.has('macro_asset_last_partition_timestamp_seconds{asset="agent_fiscal"}')).toBe(false);
  });

  it('say nothing about a next tick while there is no schedule', async () => {
    const metrics = await readMetrics(leaderUrl);
    expect(metrics.get('macro_schedule_paused')).toBe(0);
    expect(metrics.has('macro_schedule_next_tick_timestamp_seconds')).toBe(false);
    expect(metrics.get('macro_ticks{outcome="missed"}')).toBe(0);
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
    const metrics = await readMetrics(`${api.url}/metrics`);
    const refused = await fetch(`${api.url}/metrics`, { method: 'POST' });
    await api.close();
    const count = (route: string): number | undefined =>
      metrics.get(`macro_http_request_seconds_count{method="GET",route="${route}",status="404"}`);
    expect(count('/v1/runs/:id')).toBe(1);
    expect(count('none')).toBe(1);
    expect(refused.status).toBe(405);
  });
});
