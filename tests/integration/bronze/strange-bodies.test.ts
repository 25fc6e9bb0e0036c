import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectors } from '../../conformance/recordings.ts';
import { createBronzeWorld, dispatchBronze, keepKeys, type BronzeWorld } from '../../helpers/bronze.ts';

let world: BronzeWorld;
let server: Server;
/** What the provider answers to everything. */
let body = '';

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const own = await createBronzeWorld();
  world = { ...own, replay: { ...own.replay, url: `http://127.0.0.1:${port}` } };
});

afterAll(async () => {
  server.close();
  await world.close();
});

async function runSelic(): Promise<string> {
  const connector = keepKeys(connectors.bcb_sgs, ['BR_SELIC_TARGET']);
  const task = await dispatchBronze(world, { connector, partition: '2022-06-21' });
  await task.attempt(true).catch(() => undefined);
  return task.taskId;
}

describe('NUL characters, which PostgreSQL has no place for', () => {
  it('in a body of nothing else leave a task that has failed and says why', async () => {
    body = '\0'.repeat(100);
    const taskId = await runSelic();
    const task = await world.db.execute(sql`select state, failure from tasks where id = ${taskId}`);
    expect(task.rows).toEqual([
      { state: 'failed', failure: expect.objectContaining({ name: 'FailedPartitions' }) },
    ]);
    const keys = await world.db.execute<{ error: { message: string } }>(
      sql`select error from task_keys where task_id = ${taskId}`,
    );
    expect(keys.rows[0]?.error.message).toContain('expected a body that starts with [ or {');
  });

  it('in a value put the row in quarantine, and the others are stored', async () => {
    body = JSON.stringify([
      { data: '20/06/2022', valor: '13.25\0' },
      { data: '21/06/2022', valor: '13.25' },
    ]);
    const taskId = await runSelic();
    const rejected = await world.db.execute(
      sql`select date::text, raw from rejected_rows where task_id = ${taskId} limit 1`,
    );
    expect(rejected.rows).toEqual([{ date: '2022-06-20', raw: '13.25\u2400' }]);
    const stored = await world.db.execute(sql`select value from observations where date = '2022-06-21'`);
    expect(stored.rows).toEqual([{ value: '13.25' }]);
  });
});
