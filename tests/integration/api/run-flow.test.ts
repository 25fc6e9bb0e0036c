import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRun } from '../../../shared/db/backfills.ts';
import { addUpstreams, planPipelineFlow, type PlanNode } from '../../../shared/pipeline/flow-plan.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { startRun, type StartedRun } from '../../helpers/dispatched-run.ts';
import { startApi, type RunningApi } from './running-api.ts';

const KEYS = ['vera:viewer:a-key-to-look-at-things', 'oscar:operator:a-key-to-run-things'] as const;
const [VIEWER, OPERATOR] = KEYS.map((key) => ({ authorization: `Bearer ${key.split(':')[2]}` }));

let api: RunningApi;
let run: StartedRun;

beforeAll(async () => {
  api = await startApi({ keys: KEYS });
  run = await startRun(api);
});
afterAll(() => api.close());

const get = (path: string) => api.send('GET', path, { headers: VIEWER });
const promote = (body: unknown, headers = OPERATOR) =>
  api.send('POST', `/v1/runs/${run.runId}/promotions`, { body, headers });
const listPromotions = async () =>
  (await api.send('GET', '/v1/audit?action=job_promote', { headers: OPERATOR })).body.data;

describe('GET /v1/runs/{id}/flow', () => {
  it('gives the fifteen jobs of a whole run, each after the one that waits for it', async () => {
    const { data } = (await get(`/v1/runs/${run.runId}/flow`)).body;
    expect(data).toHaveLength(15);
    expect(data[0]).toEqual({
      name: 'finish',
      parent: null,
      queue: 'runs',
      jobId: `${run.runId}_1`,
      taskId: null,
      state: null,
    });
    const names = data.map(({ name }) => name);
    for (const { parent } of data.slice(1)) expect(names).toContain(parent);
    const curves = run.tasks.get('silver_curves');
    expect(data.find(({ name }) => name === 'silver_curves')).toMatchObject({
      queue: 'silver',
      jobId: `${curves?.taskId}_1`,
      taskId: curves?.taskId,
      state: 'queued',
    });
  });

  it('has the shape of the flow that the queues get', async () => {
    const { data } = (await get(`/v1/runs/${run.runId}/flow`)).body;
    const toTree = (parent: string): unknown[] =>
      data
        .filter((job) => job['parent'] === parent)
        .map(({ name }) => ({ name, children: toTree(String(name)) }));
    const plan: readonly PlanNode<string>[] = planPipelineFlow(graph.names);
    expect(toTree('finish')).toEqual(plan);
  });

  it('knows no job of a run that has not been sent', async () => {
    const id = await createRun(api.db, 'manual', '2022-06-29', addUpstreams(['silver_curves']));
    const { data } = (await get(`/v1/runs/${id}/flow`)).body;
    expect(data.map(({ name, parent, jobId }) => [name, parent, jobId])).toEqual([
      ['finish', null, null],
      ['silver_curves', 'finish', null],
      ['bronze_b3_market_data', 'silver_curves', null],
      ['bronze_treasury_gov', 'silver_curves', null],
    ]);
  });

  it('says that there is no such run', async () => {
    expect((await get('/v1/runs/2b6f0c1e-6f0e-4f7b-9b38-3b1f6f9c2d11/flow')).status).toBe(404);
  });
});

describe('POST /v1/runs/{id}/promotions', () => {
  it('writes down who brings which job forward, and refuses a viewer', async () => {
    const jobId = `${run.tasks.get('bronze_fred')?.taskId}_1`;
    expect((await promote({ jobId }, VIEWER)).status).toBe(403);
    expect(await listPromotions()).toEqual([]);
    expect((await promote({ jobId, reason: 'the provider is back' })).status).toBe(202);
    expect(await listPromotions()).toMatchObject([
      { actor: 'oscar', subject: run.runId, detail: { jobId, reason: 'the provider is back' } },
    ]);
  });

  it('refuses a job of another dispatch, and one that nothing waits for', async () => {
    const before = await listPromotions();
    const stale = await promote({ jobId: `${run.tasks.get('bronze_fred')?.taskId}_2` });
    expect(stale.status).toBe(404);
    await api.send('POST', `/v1/runs/${run.runId}/cancel`, { body: {}, headers: OPERATOR });
    const ended = await promote({ jobId: `${run.tasks.get('bronze_fred')?.taskId}_1` });
    expect(ended.status).toBe(409);
    expect(ended.body['detail']).toContain('bronze_fred');
    expect(await listPromotions()).toEqual(before);
  });
});
