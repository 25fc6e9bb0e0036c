import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../../shared/contract/cursor.ts';
import { startApi, type RunningApi } from './running-api.ts';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const NOBODY = '00000000-0000-0000-0000-000000000000';
const YEAR_0 = '0000-01-01T00:00:00.000000Z';

describe('what PostgreSQL cannot keep is refused before it is asked', () => {
  it.each([
    '/v1/audit?actor=%00',
    '/v1/audit?action=a%00b',
    '/v1/audit?subject=%00',
    '/v1/audit?from=0000-01-01T00:00:00Z',
    '/v1/task-events?kind=%00',
    '/v1/task-events?from=0000-01-01T00:00:00Z',
    '/v1/series/BR_IPCA_MOM/observations?transform=%00',
    `/v1/series?cursor=${encodeCursor(['\0'])}`,
    `/v1/signals?cursor=${encodeCursor(['2022-01-10', 'agent_inflation', '\0'])}`,
    `/v1/runs?cursor=${encodeCursor([YEAR_0, 0, NOBODY])}`,
    `/v1/backfills?cursor=${encodeCursor([YEAR_0])}`,
    `/v1/schedule?cursor=${encodeCursor(['0000-01-01T00:00:00.000Z'])}`,
  ])('%s', async (path) => {
    expect((await api.send('GET', path)).status).toBe(400);
  });

  it('the name of a rule', async () => {
    const answer = await api.send('PATCH', '/v1/alerts/rules/%00', { body: { enabled: false } });
    expect(answer.status).toBe(404);
  });
});

it('pages of lists by moment go on with the cursors that they gave', async () => {
  for (let times = 0; times < 2; times += 1) {
    const body = { from: '2022-01-10', to: '2022-01-10', only: 'all' };
    expect((await api.send('POST', '/v1/backfills', { body })).status).toBe(202);
  }
  for (const path of ['/v1/backfills', '/v1/runs']) {
    const first = await api.send('GET', `${path}?limit=1`);
    const next = await api.send('GET', `${path}?limit=1&cursor=${String(first.body['nextCursor'])}`);
    expect(next.status).toBe(200);
    expect(next.body['data']).toHaveLength(1);
    expect(next.body['data']).not.toEqual(first.body['data']);
  }
});
