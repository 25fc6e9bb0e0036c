import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../../shared/alerts/rules.ts';
import { seedRules } from '../../../shared/db/alert-rules.ts';
import { syncAlerts, type AlertCondition } from '../../../shared/db/alerts.ts';
import { storeDigest } from '../../../shared/db/digests.ts';
import { buildDigest } from '../../../services/scheduler/digest/send-digest.ts';
import { readAudit } from '../../helpers/backfills.ts';
import { NOW, startApi, type RunningApi } from './running-api.ts';

const TOKEN = 'T0/B0/hunter2';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({
    channels: { ALERT_SLACK_WEBHOOK_URL: `https://hooks.slack.com/services/${TOKEN}` },
  });
  await seedRules(api.db, DEFAULT_RULES);
});
afterAll(() => api.close());

const RULE = { name: 'calendar_horizon', severity: 'warning' } as const;
const sync = (conditions: readonly AlertCondition[], channels: readonly 'slack'[] = []) =>
  syncAlerts(api.db, RULE, conditions, { now: NOW, channels });
const list = async (query = '') => (await api.send('GET', `/v1/alerts${query}`)).body.data;

describe('alerts', () => {
  it('are raised once, refreshed while they last, resolved after, and raised again', async () => {
    const low = { subject: 'calendar A', message: 'ends soon' };
    const other = { subject: 'calendar B', message: 'ends soon' };
    expect(await sync([low, other])).toEqual({ raised: ['calendar A', 'calendar B'], resolved: [] });
    const ended = { ...low, severity: 'critical', message: 'has ended' } as const;
    expect(await sync([ended])).toEqual({ raised: [], resolved: ['calendar B'] });
    expect(await list('?open=true')).toMatchObject([
      { rule: 'calendar_horizon', subject: 'calendar A', severity: 'critical', message: 'has ended' },
    ]);
    expect(await sync([])).toEqual({ raised: [], resolved: ['calendar A'] });
    expect(await sync([low])).toMatchObject({ raised: ['calendar A'] });
    expect(await list('?open=true')).toHaveLength(1);
    expect((await list('?open=false')).map(({ subject }) => subject)).toEqual(['calendar B', 'calendar A']);
    expect(await list()).toHaveLength(3);
    await sync([]);
  });

  it('come in pages', async () => {
    await sync(['a', 'b', 'c'].map((subject) => ({ subject, message: '' })));
    const first = await api.send('GET', '/v1/alerts?open=true&limit=2');
    expect(first.body.data).toHaveLength(2);
    const second = await api.send(
      'GET',
      `/v1/alerts?open=true&limit=2&cursor=${first.body.nextCursor ?? ''}`,
    );
    expect([...first.body.data, ...second.body.data].map(({ subject }) => subject)).toEqual(['c', 'b', 'a']);
    expect(second.body.nextCursor).toBeNull();
    expect((await api.send('GET', '/v1/alerts?open=maybe')).status).toBe(400);
    await sync([]);
  });
});

describe('rules of alerts', () => {
  const change = (name: string, body: unknown) => api.send('PATCH', `/v1/alerts/rules/${name}`, { body });

  it('are listed by name, with a deadline for each asset', async () => {
    const { body } = await api.send('GET', '/v1/alerts/rules');
    expect(body.data).toHaveLength(DEFAULT_RULES.length);
    expect(body.data.filter(({ kind }) => kind === 'deadline')).toHaveLength(14);
    expect(body.data.find(({ name }) => name === 'deadline_bronze_fred')).toMatchObject({
      deadline: '08:30',
      assets: ['bronze_fred'],
      cooldownMinutes: 30,
      enabled: true,
      threshold: null,
      updatedBy: 'scheduler',
    });
  });

  it('are changed with a row in the audit log, and a new start keeps what people set', async () => {
    const changed = await change('staleness', { threshold: 5, actor: 'ana', reason: 'carnival' });
    expect(changed).toMatchObject({
      status: 200,
      body: { threshold: 5, thresholdUnit: 'weekdays', updatedBy: 'ana', enabled: true },
    });
    await change('staleness', { threshold: 5, actor: 'bob' });
    await seedRules(api.db, DEFAULT_RULES);
    const { body } = await api.send('GET', '/v1/alerts/rules');
    expect(body.data.find(({ name }) => name === 'staleness')).toMatchObject({
      threshold: 5,
      updatedBy: 'ana',
    });
    expect(await readAudit(api.db, 'staleness')).toEqual([
      {
        actor: 'ana',
        action: 'alert_rule.change',
        detail: { reason: 'carnival', before: { threshold: 2 }, after: { threshold: 5 } },
      },
    ]);
  });

  it('end their open alerts when they are switched off, raise nothing then, and raise again when they are on', async () => {
    const condition = { subject: 'calendar X', message: 'ends soon' };
    await sync([condition]);
    expect(await list('?open=true')).toHaveLength(1);
    expect((await change('calendar_horizon', { enabled: false })).body).toMatchObject({ enabled: false });
    expect(await list('?open=true')).toEqual([]);
    expect(await sync([condition])).toEqual({ raised: [], resolved: [] });
    await change('calendar_horizon', { enabled: true });
    expect(await sync([condition])).toEqual({ raised: ['calendar X'], resolved: [] });
    await sync([]);
  });

  it.each([
    ['failed_run', { deadline: '08:30' }, '#/deadline'],
    ['deadline_bronze_fred', { threshold: 1 }, '#/threshold'],
    ['deadline_bronze_fred', { deadline: '24:00' }, '#/deadline'],
    ['staleness', { threshold: -1 }, '#/threshold'],
    ['staleness', { cooldownMinutes: 1.5 }, '#/cooldownMinutes'],
    ['staleness', { severity: 'critical' }, '#/severity'],
  ])('refuse %s with %j', async (name, body, pointer) => {
    const refused = await change(name, body);
    expect(refused.status).toBe(400);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body.errors).toMatchObject([{ pointer }]);
  });

  it('of another name are not found', async () => {
    expect((await change('no_such_rule', { enabled: false })).status).toBe(404);
  });
});

describe('deliveries', () => {
  it('of a test are queued for every channel that is configured, and tell no address', async () => {
    const asked = await api.send('POST', '/v1/alerts/test', { body: { actor: 'ana' } });
    expect(asked.status).toBe(202);
    expect(asked.body.data).toMatchObject([
      { kind: 'test', channel: 'slack', outcome: 'waiting', attempts: 0 },
    ]);
    const listed = await api.send('GET', '/v1/alerts/deliveries?outcome=waiting');
    expect(listed.body.data).toEqual(asked.body.data);
    expect(JSON.stringify(listed.body)).not.toContain('hunter2');
    expect(await readAudit(api.db, 'channels')).toMatchObject([
      { actor: 'ana', action: 'alert.test', detail: { channels: ['slack'] } },
    ]);
  });

  it('are found by their alert', async () => {
    await sync([{ subject: 'calendar D', message: 'ends soon' }], ['slack']);
    const [alert] = await list('?open=true');
    const listed = await api.send('GET', `/v1/alerts/deliveries?alertId=${String(alert?.['id'])}&limit=1`);
    expect(listed.body.data).toMatchObject([{ kind: 'raised', alertId: alert?.['id'], channel: 'slack' }]);
    expect(listed.body.nextCursor).toBeNull();
    expect((await api.send('GET', '/v1/alerts/deliveries?channel=pigeon')).status).toBe(400);
    await sync([]);
  });
});

describe('digests', () => {
  it('are shown as they were made, the newest first', async () => {
    for (const partition of ['2022-06-29', '2022-06-30'])
      await storeDigest(api.db, await buildDigest(api.db, partition, NOW), { now: NOW, channels: [] });
    const listed = await api.send('GET', '/v1/digests?limit=1');
    expect(listed.body.data).toMatchObject([{ partition: '2022-06-30', previousPartition: '2022-06-29' }]);
    const next = await api.send('GET', `/v1/digests?cursor=${listed.body.nextCursor ?? ''}`);
    expect(next.body.data).toMatchObject([{ partition: '2022-06-29' }]);
    expect((await api.send('GET', '/v1/digests/2022-06-30')).body).toEqual(listed.body.data[0]);
    expect((await api.send('GET', '/v1/digests/2022-06-28')).status).toBe(404);
  });
});
