import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../infra/cli/doctor/examine.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { inheritEnvironment } from '../../shared/config.ts';
import { graph } from '../../shared/pipeline/graph.ts';
import { QUEUES } from '../../shared/queues/queues.ts';
import { openBrowserSession } from '../helpers/browser-session.ts';
import {
  endDemo,
  makeDemoDir,
  readRequests,
  readStack,
  startDemo,
  waitInDemo,
  type DemoProcess,
} from '../helpers/demo-process.ts';
import { MACRO } from '../helpers/macro.ts';
import { createServiceUser, startRedisCluster, type RedisClusterServers } from '../helpers/redis-servers.ts';

const [FROM, TO] = ['2022-06-20', '2022-06-24'];
const DONE = 5 * graph.names.length;

describe('the demo on a Redis Cluster of three masters, as the user of infra/redis/users.conf', () => {
  const dataDir = makeDemoDir();
  let servers: RedisClusterServers;
  let demo: DemoProcess;
  let stack: Stack;

  beforeAll(async () => {
    servers = await startRedisCluster();
    const url = await createServiceUser(servers, '{macro}');
    demo = await startDemo(dataDir, FROM, TO, { REDIS_URL: url });
    await waitInDemo(demo, () => (demo.output().includes('serving;') ? true : undefined));
    stack = readStack(demo);
  });
  afterAll(async () => {
    if (demo !== undefined) await endDemo(demo);
    await servers?.close();
  });

  it('ends complete', () => {
    expect(demo.output()).toContain(`${DONE} of ${DONE}: complete`);
    expect(demo.output()).toMatch(/Redis.* [\d.]+ M/);
  });

  it('asked the providers for nothing twice', async () => {
    const { total, duplicates } = await readRequests(demo);
    expect(total).toBeGreaterThan(100);
    expect(duplicates).toEqual([]);
  });

  it('keeps every key under one hash tag, on one of the masters', async () => {
    const holder = await servers.findMaster('macro');
    for (const master of servers.masters) {
      const keys = await master.ask((redis) => redis.keys('*'));
      expect(keys.filter((key) => !key.startsWith('{macro}:'))).toEqual([]);
      expect(keys.length > 0).toBe(master === holder);
    }
  });

  it('leaves the doctor nothing to mend', async () => {
    const environment = { ...inheritEnvironment(), DATA_DIR: dataDir };
    const { stdout } = await promisify(execFile)(MACRO, ['--api', stack.apiUrl, 'doctor', '--json'], {
      env: environment,
    });
    const checks = JSON.parse(stdout) as Diagnosis[];
    const verdicts = Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts).toMatchObject({ Redis: 'ok', workers: 'ok', scheduler: 'ok' });
    expect(Object.values(verdicts).filter((verdict) => verdict === 'wrong' || verdict === 'skipped')).toEqual(
      [],
    );
  });

  it('shows the queues on Bull Board, with the jobs that are done', async () => {
    const session = await openBrowserSession(stack.dashboardUrl);
    const readQueues = async () => {
      const response = await session.send('GET', '/queues/api/queues');
      const { queues } = (await response.json()) as {
        queues: { name: string; counts: { completed: number } }[];
      };
      return queues;
    };
    expect((await readQueues()).map(({ name }) => name)).toEqual(Object.keys(QUEUES));
    // A task ends in the ledger before its job ends in the queue.
    await expect
      .poll(async () => (await readQueues()).find(({ name }) => name === 'agents')?.counts.completed)
      .toBe(5);
  });

  it('tells the depth of every queue', async () => {
    const read = async () => (await fetch(stack.metricsUrls['scheduler'] ?? '')).text();
    // What takes Redis three seconds is left out of an answer, and the last job ends after the ledger is complete.
    for (const queue of Object.keys(QUEUES)) {
      await expect.poll(read).toContain(`macro_queue_jobs{queue="${queue}",state="active"} 0`);
      await expect.poll(read).toContain(`macro_queue_oldest_job_age_seconds{queue="${queue}"} 0`);
    }
  });

  it('answers that it is ready, with the memory of the master that holds its keys', async () => {
    const ask = async () => {
      const response = await fetch(`${stack.apiUrl}/readyz`);
      return (await response.json()) as { status: string; redis: { usedMemoryBytes: number } };
    };
    await expect.poll(async () => (await ask()).status).toBe('ok');
    expect((await ask()).redis.usedMemoryBytes).toBeGreaterThan(100_000);
  });
});
