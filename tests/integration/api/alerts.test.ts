import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHorizons } from '../../../services/scheduler/horizons.ts';
import { syncAlerts } from '../../../shared/db/alerts.ts';
import { createLogger } from '../../../shared/logger.ts';
import { startApi, type RunningApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const list = async (query = '') => (await api.send('GET', `/v1/alerts${query}`)).body.data;

describe('alerts', () => {
  it('are raised once, refreshed while they last, resolved after, and raised again', async () => {
    const low = { subject: 'calendar A', severity: 'warning', message: 'ends soon' } as const;
    const other = { subject: 'calendar B', severity: 'warning', message: 'ends soon' } as const;
    expect(await syncAlerts(api.db, 'calendar_horizon', [low, other])).toEqual({
      raised: ['calendar A', 'calendar B'],
      resolved: [],
    });
    const ended = { ...low, severity: 'critical', message: 'has ended' } as const;
    expect(await syncAlerts(api.db, 'calendar_horizon', [ended])).toEqual({
      raised: [],
      resolved: ['calendar B'],
    });
    expect(await list('?open=true')).toMatchObject([
      { rule: 'calendar_horizon', subject: 'calendar A', severity: 'critical', message: 'has ended' },
    ]);
    expect(await syncAlerts(api.db, 'calendar_horizon', [])).toEqual({
      raised: [],
      resolved: ['calendar A'],
    });
    expect(await syncAlerts(api.db, 'calendar_horizon', [low])).toMatchObject({ raised: ['calendar A'] });
    expect(await list('?open=true')).toHaveLength(1);
    expect((await list('?open=false')).map(({ subject }) => subject)).toEqual(['calendar B', 'calendar A']);
    expect(await list()).toHaveLength(3);
    await syncAlerts(api.db, 'calendar_horizon', []);
  });

  it('tell of the tables of dates that run out, by the day of the check', async () => {
    const log = createLogger('test', 'silent');
    await checkHorizons(api.db, '2020-01-02', log);
    expect(await list('?open=true')).toEqual([]);
    await checkHorizons(api.db, '2025-11-28', log);
    const copom = (await list('?open=true')).find(({ subject }) => subject === 'Copom meetings');
    expect(copom).toMatchObject({
      severity: 'warning',
      message:
        'Copom meetings: known to 2026-01-27. After that the inertia of the policy rule is read off the Selic of five ' +
        'months before. Next entries: https://www.bcb.gov.br/publicacoes/calendarioreunioescopom',
      resolvedAt: null,
    });
    await checkHorizons(api.db, '2020-01-02', log);
    expect(await list('?open=true')).toEqual([]);
  });

  it('come in pages', async () => {
    const conditions = ['a', 'b', 'c'].map((subject) => ({
      subject,
      severity: 'warning' as const,
      message: '',
    }));
    await syncAlerts(api.db, 'calendar_horizon', conditions);
    const first = await api.send('GET', '/v1/alerts?open=true&limit=2');
    expect(first.body.data).toHaveLength(2);
    const second = await api.send(
      'GET',
      `/v1/alerts?open=true&limit=2&cursor=${first.body.nextCursor ?? ''}`,
    );
    expect([...first.body.data, ...second.body.data].map(({ subject }) => subject)).toEqual(['c', 'b', 'a']);
    expect(second.body.nextCursor).toBeNull();
    expect((await api.send('GET', '/v1/alerts?open=maybe')).status).toBe(400);
  });
});
