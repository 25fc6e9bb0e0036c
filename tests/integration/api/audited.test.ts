import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../../shared/alerts/rules.ts';
import { contract } from '../../../shared/contract/contract.ts';
import type { Endpoint } from '../../../shared/contract/endpoint.ts';
import { seedRules } from '../../../shared/db/alert-rules.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { startRun } from '../../helpers/dispatched-run.ts';
import { startApi, type RunningApi } from './running-api.ts';

const HEADERS = { authorization: 'Bearer ada-key' };

let api: RunningApi;

beforeAll(async () => {
  api = await startApi({
    keys: ['ada:admin:ada-key'],
    channels: { ALERT_WEBHOOK_URL: 'https://alerts.example/hook' },
  });
  await seedRules(api.db, DEFAULT_RULES);
  await registerSeries(api.db);
});
afterAll(() => api.close());

const send = (method: string, path: string, body: unknown = {}) =>
  api.send(method, path, { headers: HEADERS, body });

/** The address of a new backfill or run, in the state that some changes lead to. */
async function make(noun: 'backfills' | 'runs', ...changes: readonly string[]): Promise<string> {
  const wanted =
    noun === 'runs' ? { partition: '2022-06-30' } : { from: '2022-06-01', to: '2022-06-30', only: 'all' };
  const { body } = await send('POST', `/v1/${noun}`, wanted);
  const address = `/v1/${noun}/${body.id}`;
  for (const change of changes) await send('POST', `${address}/${change}`);
  return address;
}

type Change = readonly [action: string, prepare: () => Promise<readonly [path: string, body?: unknown]>];

/** Every change that the API takes: how it is asked for, and what the audit log calls it. */
const CHANGES: Readonly<Record<string, Change>> = {
  createBackfill: [
    'backfill_create',
    async () => ['/v1/backfills', { from: '2022-06-01', to: '2022-06-30' }],
  ],
  cancelBackfill: ['backfill_cancel', async () => [`${await make('backfills')}/cancel`]],
  pauseBackfill: ['backfill_pause', async () => [`${await make('backfills')}/pause`]],
  resumeBackfill: ['backfill_resume', async () => [`${await make('backfills', 'pause')}/resume`]],
  retryBackfill: ['backfill_retry', async () => [`${await make('backfills', 'cancel')}/retry`]],
  createRun: ['run_create', async () => ['/v1/runs', { partition: '2022-06-30' }]],
  cancelRun: ['run_cancel', async () => [`${await make('runs')}/cancel`]],
  retryRun: ['run_retry', async () => [`${await make('runs', 'cancel')}/retry`]],
  recordPromotion: [
    'job_promote',
    async () => {
      const { runId, tasks } = await startRun(api);
      return [`/v1/runs/${runId}/promotions`, { jobId: `${tasks.get('bronze_fred')?.taskId ?? ''}_1` }];
    },
  ],
  changeAlertRule: [
    'alert_rule.change',
    async () => [`/v1/alerts/rules/${DEFAULT_RULES[0]?.name ?? ''}`, { enabled: false }],
  ],
  testAlertChannels: ['alert.test', async () => ['/v1/alerts/test']],
  createValueOverride: [
    'value_override',
    async () => [
      '/v1/series/BR_IPCA_MOM/overrides',
      { observationDate: '2022-05-01', value: '0.47', reason: 'misprint' },
    ],
  ],
  createOverride: [
    'check_override',
    async () => [
      '/v1/checks/overrides',
      {
        key: 'USDBRL_PTAX',
        check: 'range',
        from: '2022-06-01',
        to: '2022-06-02',
        reason: 'it was so',
        actor: 'ada',
      },
    ],
  ],
  createKey: ['key_create', async () => ['/v1/keys', { name: 'vera', role: 'viewer' }]],
  revokeKey: [
    'key_revoke',
    async () => {
      await send('POST', '/v1/keys', { name: 'rita', role: 'viewer' });
      return ['/v1/keys/rita'];
    },
  ],
  pauseSchedule: ['schedule_pause', async () => ['/v1/schedule/pause']],
  resumeSchedule: [
    'schedule_resume',
    async () => {
      await send('POST', '/v1/schedule/pause');
      return ['/v1/schedule/resume'];
    },
  ],
};

const endpoints = Object.entries<Endpoint>(contract).filter(([, { method }]) => method !== 'get');

const readNewest = async () => (await api.send('GET', '/v1/audit?limit=500', { headers: HEADERS })).body.data;

describe('the audit log', () => {
  it.each(endpoints)('has one row of who called %s', async (name, { method }) => {
    const [action, prepare] = CHANGES[name] ?? [];
    if (prepare === undefined)
      throw new Error(`${name} changes something, and this test does not know how to ask for it`);
    const [path, body] = await prepare();
    const before = await readNewest();
    const answer = await send(method.toUpperCase(), path, body);
    expect([200, 201, 202], JSON.stringify(answer.body)).toContain(answer.status);
    const added = (await readNewest()).slice(0, -before.length || undefined);
    expect(added).toEqual([expect.objectContaining({ actor: 'ada', action })]);
  });
});
