import { rmSync } from 'node:fs';

import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterEach, expect, it } from 'vitest';

import {
  type DemoProcess,
  listProcesses,
  makeDemoDir,
  readStack,
  startDemo,
  waitInDemo,
} from '../helpers/demo-process.ts';

const dirs: string[] = [];
const demos: DemoProcess[] = [];

function makeDir(): string {
  const dir = makeDemoDir();
  dirs.push(dir);
  return dir;
}

async function start(...args: Parameters<typeof startDemo>): Promise<DemoProcess> {
  const demo = await startDemo(...args);
  demos.push(demo);
  return demo;
}

afterEach(async () => {
  for (const demo of demos.splice(0)) {
    if (demo.child.exitCode === null) demo.child.kill('SIGTERM');
    await demo.ended;
  }
  for (const dir of dirs.splice(0)) rmSync(dir, { force: true, recursive: true });
});

async function countRows(url: string, table: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(`select count(*) from ${table}`);
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

it('materializes a range by itself, and finds nothing missing the second time', async () => {
  const dataDir = makeDir();
  const first = await start(dataDir, '2022-06-13', '2022-06-24', { ONCE: '1' });
  expect(await first.ended, first.output()).toBe(0);
  expect(first.output()).toContain('140 of 140: complete');
  expect(listProcesses(dataDir)).toEqual([]);

  const second = await start(dataDir, '2022-06-13', '2022-06-24', { ONCE: '1' });
  expect(await second.ended, second.output()).toBe(0);
  expect(second.output()).toContain('nothing was missing');
  expect(second.output()).toContain('140 of 140: complete');
  expect(listProcesses(dataDir)).toEqual([]);
});

it('ends complete although a worker is killed and Redis is emptied in the middle', async () => {
  const dataDir = makeDir();
  const demo = await start(dataDir, '2022-03-01', '2022-06-24');
  await waitInDemo(demo, () => /\d+ tasks/.exec(demo.output()) ?? undefined);
  const { databaseUrl, redisUrl } = readStack(demo);

  const worker = listProcesses(dataDir).find(({ command }) => command.includes('services/bronze/main.ts'));
  if (!worker) throw new Error('expected a bronze worker');
  process.kill(worker.pid, 'SIGKILL');
  await waitInDemo(demo, () => (demo.output().includes('bronze ended (SIGKILL)') ? true : undefined));
  const redis = new Redis(redisUrl);
  await redis.flushall();
  redis.disconnect();

  await waitInDemo(demo, () => /materialized .*: .*complete/i.exec(demo.output()) ?? undefined);
  expect(demo.output()).toMatch(/materialized +1,176 of 1,176: complete/);
  expect(await countRows(databaseUrl, 'materializations')).toBe(1_176);

  const startMs = Date.now();
  demo.child.kill('SIGINT');
  expect(await demo.ended, demo.output()).toBe(0);
  expect(Date.now() - startMs).toBeLessThan(10_000);
  expect(listProcesses(dataDir)).toEqual([]);
});
