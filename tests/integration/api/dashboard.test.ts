import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDashboard } from '../../../services/dashboard/app.ts';
import { serve, type HttpServer } from '../../../shared/http-server.ts';
import { createLogger } from '../../../shared/logger.ts';
import { planPipelineFlow } from '../../../shared/pipeline/flow-plan.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { connectForCommands } from '../../../shared/queues/connection.ts';
import { openProducer } from '../../../shared/queues/producer.ts';
import { QUEUES } from '../../../shared/queues/queues.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const RUN_ID = '2b6f0c1e-6f0e-4f7b-9b38-3b1f6f9c2d11';
const log = createLogger('test', 'silent');

let world: World;
let queues: Queue[];
let open: HttpServer;
let guarded: HttpServer;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await createWorld();
  const producer = openProducer({ redisUrl: world.redisUrl, prefix: world.redisPrefix, retryBaseMs: 50 });
  await producer.addRun({
    runId: RUN_ID,
    kind: 'manual',
    dispatch: 1,
    tasks: new Map(graph.names.map((name) => [name, { taskId: `task-${name}`, dispatch: 1 }])),
    plan: planPipelineFlow(graph.names),
  });
  await producer.close();
  const connection = connectForCommands(world.redisUrl);
  queues = Object.keys(QUEUES).map(
    (name) => new Queue(name, { connection, prefix: world.redisPrefix, skipMetasUpdate: true }),
  );
  open = await serve(createDashboard({ queues, account: null, log }), { host: '127.0.0.1', port: 0 });
  const account = { user: 'ana', password: 'p:ässword' };
  guarded = await serve(createDashboard({ queues, account, log }), { host: '127.0.0.1', port: 0 });
  closing.push(
    () => guarded.close(),
    () => open.close(),
    async () => void (await Promise.all(queues.map((queue) => queue.close()))),
    async () => connection.disconnect(),
    () => world.close(),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

interface FlowNode {
  readonly name: string;
  readonly children: readonly FlowNode[];
}

const countNodes = (node: FlowNode): number =>
  1 + node.children.reduce((sum, child) => sum + countNodes(child), 0);
const urlOf = (server: HttpServer, path: string): string => `http://127.0.0.1:${server.port}${path}`;

describe('dashboard', () => {
  it('leads to the board', async () => {
    const response = await fetch(urlOf(open, '/'));
    expect([response.status, response.url]).toEqual([200, urlOf(open, '/queues')]);
    const page = await response.text();
    expect(page).toContain('Macro pipeline');
    const [, script] = /<script[^>]+src="([^"]+)"/.exec(page) ?? [];
    expect((await fetch(new URL(script ?? '', urlOf(open, '/queues/')))).status).toBe(200);
  });

  it('shows all queues, to look at only', async () => {
    const body = (await (await fetch(urlOf(open, '/queues/api/queues'))).json()) as {
      queues: { name: string; readOnlyMode: boolean }[];
    };
    expect(body.queues.map(({ name }) => name).sort()).toEqual(['agents', 'bronze', 'runs', 'silver']);
    expect(body.queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    const emptied = await fetch(urlOf(open, '/queues/api/queues/bronze/empty'), { method: 'PUT' });
    expect(emptied.status).toBe(405);
    expect(await queues[0]?.count()).toBeGreaterThan(0);
  });

  it('shows the flow of a run as a tree of fifteen jobs', async () => {
    const response = await fetch(
      urlOf(open, `/queues/api/queues/runs/${RUN_ID}_1/flow?depth=20&maxChildren=50`),
    );
    const body = (await response.json()) as { flowRoot?: FlowNode };
    expect(response.status).toBe(200);
    expect(body.flowRoot?.name).toBe('finish');
    expect(body.flowRoot && countNodes(body.flowRoot)).toBe(15);
  });

  it('asks for the account when there is one', async () => {
    const ask = (credentials?: string) =>
      fetch(urlOf(guarded, '/queues/api/queues'), {
        headers:
          credentials === undefined
            ? {}
            : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      });
    const refused = await ask();
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="macro-pipeline", charset="UTF-8"',
    ]);
    expect((await ask('ana:wrong')).status).toBe(401);
    expect((await ask('bob:p:ässword')).status).toBe(401);
    expect((await ask('ana:p:ässword')).status).toBe(200);
    expect((await fetch(urlOf(guarded, '/'), { redirect: 'manual' })).status).toBe(401);
    expect((await fetch(urlOf(guarded, '/livez'))).status).toBe(200);
  });
});

describe('serve', () => {
  it('says when the port is taken', async () => {
    const second = createDashboard({ queues, account: null, log });
    await expect(serve(second, { host: '127.0.0.1', port: open.port })).rejects.toThrow(/EADDRINUSE/);
  });
});
