import { createHmac } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createChannels } from '../../../services/scheduler/delivery/channels.ts';
import type { Channel } from '../../../services/scheduler/delivery/channel.ts';
import { deliverDue } from '../../../services/scheduler/delivery/outbox.ts';
import { buildDigest } from '../../../services/scheduler/digest/send-digest.ts';
import type { ChannelConfig, ChannelName } from '../../../shared/alerts/channels.ts';
import { DEFAULT_RULES } from '../../../shared/alerts/rules.ts';
import { claimDeliveries, listDeliveries, queueTest } from '../../../shared/db/alert-deliveries.ts';
import { changeRule, seedRules } from '../../../shared/db/alert-rules.ts';
import { syncAlerts } from '../../../shared/db/alerts.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { storeDigest } from '../../../shared/db/digests.ts';
import { createLogger } from '../../../shared/logger.ts';
import { MINUTE, SECOND, toIso } from '../../../shared/time.ts';
import { createPipeline, waitFor } from '../../helpers/pipeline.ts';
import {
  startHttpReceiver,
  startMailReceiver,
  type HttpReceiver,
  type MailReceiver,
} from '../../helpers/receivers.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const NOW = Date.parse('2022-07-01T11:30:00Z');
const SECRET = 'webhook-secret';
const PASSWORD = 'hunter2';
const RULE = { name: 'failed_run', severity: 'critical' } as const;
const ORIGIN = { actor: 'ana', reason: null };

let world: World;
let database: DatabaseHandle;
let http: HttpReceiver;
let mail: MailReceiver;

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'test', max: 4 });
  await seedRules(database.db, DEFAULT_RULES);
  mail = await startMailReceiver('macro', PASSWORD);
});

afterAll(async () => {
  await mail.close();
  await database.close();
  await world.close();
});

beforeEach(async () => {
  http = await startHttpReceiver();
});

afterEach(async () => {
  await http.close();
  await database.db.execute(sql`truncate alerts, alert_deliveries, digests`);
});

const configOf = (overrides: Partial<ChannelConfig> = {}): ChannelConfig => ({
  ALERT_SLACK_WEBHOOK_URL: `${http.url}/services/T0/B0/${PASSWORD}`,
  ALERT_WEBHOOK_URL: `${http.url}/hook?token=${PASSWORD}`,
  ALERT_WEBHOOK_SECRET: SECRET,
  ALERT_SMTP_URL: `smtp://macro:${PASSWORD}@${mail.host}`,
  ALERT_EMAIL_FROM: 'macro@fund.example',
  ALERT_EMAIL_TO: ['desk@fund.example', 'data@fund.example'],
  ...overrides,
});

function channelOf(name: ChannelName, overrides: Partial<ChannelConfig> = {}): Channel {
  const channel = createChannels(configOf(overrides)).find((candidate) => candidate.name === name);
  if (channel === undefined) throw new Error(`${name} is not configured`);
  return channel;
}

const deliver = (channel: Channel, now = NOW) =>
  deliverDue({
    db: database.db,
    channel,
    publicUrl: 'https://macro.example',
    log: createLogger('test', 'silent'),
    now: () => now,
  });

const raise = (subjects: readonly string[], channels: readonly ChannelName[], now = NOW) =>
  syncAlerts(
    database.db,
    RULE,
    subjects.map((subject) => ({ subject, message: `${subject} failed: HTTP 403` })),
    { now, channels },
  );

const list = async () => (await listDeliveries(database.db, { limit: 100 })).toReversed();

describe('a channel', () => {
  it('to Slack posts text and blocks', async () => {
    await raise(['run 1'], ['slack']);
    expect(await deliver(channelOf('slack'))).toBe(1);
    const [request] = http.received;
    expect(request?.path).toBe(`/services/T0/B0/${PASSWORD}`);
    expect(request?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      text: expect.stringContaining('[CRITICAL] failed_run: run 1\nrun 1 failed: HTTP 403'),
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: '[CRITICAL] failed_run: run 1' } },
        { type: 'section', text: { type: 'mrkdwn', text: expect.stringContaining('HTTP 403') } },
        {
          type: 'context',
          elements: [{ type: 'mrkdwn', text: expect.stringContaining('https://macro.example') }],
        },
      ],
    });
    expect(await list()).toMatchObject([
      { channel: 'slack', kind: 'raised', outcome: 'delivered', attempts: 1, deliveredAt: toIso(NOW) },
    ]);
    expect(await deliver(channelOf('slack')), 'nothing is due any more').toBe(0);
  });

  it('to a webhook posts signed JSON with an id of the event', async () => {
    await raise(['run 1'], ['webhook']);
    await deliver(channelOf('webhook'));
    await raise([], ['webhook'], NOW + MINUTE);
    await deliver(channelOf('webhook'), NOW + MINUTE);
    const [raised, resolved] = http.received;
    const timestamp = String(raised?.headers['x-macro-timestamp']);
    expect(timestamp).toBe(String(NOW / SECOND));
    const expected = createHmac('sha256', SECRET)
      .update(`${timestamp}.${raised?.body ?? ''}`)
      .digest('hex');
    expect(raised?.headers['x-macro-signature']).toBe(`v1=${expected}`);
    const body = JSON.parse(raised?.body ?? '') as { readonly eventId: string };
    expect(body).toMatchObject({
      event: 'alert.raised',
      rule: 'failed_run',
      subject: 'run 1',
      severity: 'critical',
      message: 'run 1 failed: HTTP 403',
      raisedAt: toIso(NOW),
      resolvedAt: null,
      links: [{ url: 'https://macro.example/v1/alerts?open=true' }, {}],
    });
    expect(raised?.headers['x-macro-event-id']).toBe(body.eventId);
    expect(JSON.parse(resolved?.body ?? '')).toMatchObject({
      eventId: body.eventId.replace('raised', 'resolved'),
      event: 'alert.resolved',
      resolvedAt: toIso(NOW + MINUTE),
    });
  });

  it('to a mail server sends text and HTML to every recipient', async () => {
    await raise(['run <1>'], ['email']);
    await deliver(channelOf('email'));
    const received = mail.mails.at(-1);
    expect(received).toMatchObject({
      from: 'macro@fund.example',
      to: ['desk@fund.example', 'data@fund.example'],
      user: 'macro',
    });
    expect(received?.source).toMatch(/^Subject: \[CRITICAL\] failed_run: run <1>\r$/m);
    expect(received?.source).toMatch(/^Message-ID: <alert-\d+-raised@macro-pipeline>\r$/im);
    // Quoted-printable breaks lines with an equals sign.
    expect(received?.source.replaceAll('=\r\n', '')).toContain('<p>run &lt;1&gt; failed: HTTP 403</p>');
    expect(received?.source).toContain('Content-Type: text/plain');
    expect(await list()).toMatchObject([{ channel: 'email', outcome: 'delivered' }]);
  });

  it('carries the digest of a partition, and a test', async () => {
    const digest = await buildDigest(database.db, '2022-06-30', NOW);
    const channels = ['webhook'] as const;
    expect(await storeDigest(database.db, digest, { now: NOW, channels })).toBe(true);
    expect(await storeDigest(database.db, digest, { now: NOW, channels })).toBe(false);
    await queueTest(database.db, ORIGIN, { now: NOW, channels });
    await deliver(channelOf('webhook'));
    const events = http.received
      .map(({ body }) => JSON.parse(body) as { readonly event: string })
      .toSorted((a, b) => a.event.localeCompare(b.event));
    expect(events).toMatchObject([
      { event: 'digest', eventId: 'digest-2022-06-30', digest: { partition: '2022-06-30' } },
      { event: 'test', digest: null, rule: null },
    ]);
  });
});

describe('a receiver that does not take it', () => {
  it('is tried five times with growing waits, and its address stands in no error', async () => {
    http.answer(503);
    await raise(['run 1'], ['slack']);
    const channel = channelOf('slack');
    const waits = [];
    let now = NOW;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(await deliver(channel, now - 1)).toBe(0);
      expect(await deliver(channel, now)).toBe(1);
      const [delivery] = await list();
      expect(delivery?.attempts).toBe(attempt);
      const next = delivery?.nextAttemptAt ?? null;
      waits.push(next === null ? null : (Date.parse(next) - now) / SECOND);
      now = next === null ? now : Date.parse(next);
    }
    expect(waits).toEqual([30, 120, 480, 1_920, null]);
    const [failed] = await list();
    expect(failed).toMatchObject({
      outcome: 'failed',
      error: 'Delivering to slack: expected HTTP 2xx, got HTTP 503',
      deliveredAt: null,
    });
  });

  it.each<[name: ChannelName, error: RegExp]>([
    ['slack', /got ECONNREFUSED$/],
    ['webhook', /got ECONNREFUSED$/],
    ['email', /got (ESOCKET|ECONNECTION|ECONNREFUSED)$/],
  ])('because %s is gone, is named with what came, without the secret', async (name, error) => {
    const gone = await startHttpReceiver();
    await gone.close();
    const { host } = new URL(gone.url);
    const dead = {
      ALERT_SLACK_WEBHOOK_URL: `${gone.url}/${PASSWORD}`,
      ALERT_WEBHOOK_URL: `${gone.url}/?token=${PASSWORD}`,
      ALERT_SMTP_URL: `smtp://macro:${PASSWORD}@${host}`,
    };
    await raise(['run 1'], [name]);
    await deliver(channelOf(name, dead));
    const [delivery] = await list();
    expect(delivery).toMatchObject({ outcome: 'waiting', attempts: 1 });
    expect(delivery?.error).toMatch(error);
    expect(delivery?.error).not.toContain(PASSWORD);
  });

  it('because of a wrong password, is told by its code only', async () => {
    await raise(['run 1'], ['email']);
    await deliver(channelOf('email', { ALERT_SMTP_URL: `smtp://macro:wrong-password@${mail.host}` }));
    const [delivery] = await list();
    expect(delivery?.error).toBe(
      'Delivering to email: expected that the server takes the mail, got EAUTH (SMTP 535)',
    );
  });

  it('is not followed to another address', async () => {
    const other = await startHttpReceiver();
    http.answer(307, { location: other.url });
    await raise(['run 1'], ['webhook']);
    await deliver(channelOf('webhook'));
    await other.close();
    expect(other.received).toEqual([]);
    expect((await list())[0]?.error).toContain('got HTTP 307');
  });

  it('is waited for as long as it asks', async () => {
    http.answer(429, { 'retry-after': '90' });
    await raise(['run 1'], ['slack']);
    await deliver(channelOf('slack'));
    expect((await list())[0]?.nextAttemptAt).toBe(toIso(NOW + 90 * SECOND));
  });

  it('hears of the end of an alert only after its beginning', async () => {
    http.answer(503);
    await raise(['run 1'], ['slack']);
    await deliver(channelOf('slack'));
    await raise([], ['slack'], NOW + SECOND);
    http.answer(200);
    expect(await deliver(channelOf('slack'), NOW + SECOND)).toBe(0);
    expect(await deliver(channelOf('slack'), NOW + 30 * SECOND)).toBe(1);
    expect(await deliver(channelOf('slack'), NOW + 30 * SECOND)).toBe(1);
    expect(http.received.map(({ body }) => /RESOLVED|CRITICAL/.exec(body)?.[0])).toEqual([
      'CRITICAL',
      'CRITICAL',
      'RESOLVED',
    ]);
  });
});

describe('a delivery', () => {
  it('is sent once, whoever looks for it at the same time', async () => {
    await raise(['run 1', 'run 2', 'run 3'], ['webhook']);
    const channel = channelOf('webhook');
    const counts = await Promise.all(Array.from({ length: 4 }, () => deliver(channel)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(new Set(http.received.map(({ headers }) => headers['x-macro-event-id'])).size).toBe(3);
    expect(http.received).toHaveLength(3);
  });

  it('of a sender that died is taken over after two minutes, and given up after five senders', async () => {
    await raise(['run 1'], ['webhook']);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const now = NOW + attempt * 2 * MINUTE;
      expect(await claimDeliveries(database.db, 'webhook', now)).toHaveLength(1);
      expect(await claimDeliveries(database.db, 'webhook', now + MINUTE)).toEqual([]);
    }
    expect(await claimDeliveries(database.db, 'webhook', NOW + 10 * MINUTE)).toEqual([]);
    expect(await list()).toMatchObject([
      { outcome: 'failed', attempts: 5, error: 'the process ended while it was sending' },
    ]);
  });
});

describe('an alert that comes and goes', () => {
  it('is delivered once in a cool-down, and again when it still lasts at its end; the log keeps all', async () => {
    const minutes = (count: number) => NOW + count * MINUTE;
    await raise(['run 1'], ['slack']);
    await raise([], ['slack'], minutes(1));
    await raise(['run 1'], ['slack'], minutes(2));
    await raise([], ['slack'], minutes(3));
    await raise(['run 1'], ['slack'], minutes(4));
    const kinds = async () => (await list()).map(({ kind }) => kind);
    expect(await kinds(), 'the end of what was not told is not told').toEqual(['raised', 'resolved']);
    await raise(['run 1', 'run 2'], ['slack'], minutes(29));
    expect(await kinds(), 'another subject is another alert').toEqual(['raised', 'resolved', 'raised']);
    await raise(['run 1', 'run 2'], ['slack'], minutes(30));
    expect(await kinds()).toEqual(['raised', 'resolved', 'raised', 'raised']);
    await raise(['run 1', 'run 2'], ['slack'], minutes(90));
    expect(await kinds(), 'what lasts is told once').toHaveLength(4);
    const log = await database.db.execute(sql`select from alerts where subject = 'run 1'`);
    expect(log.rows).toHaveLength(3);
  });

  it('has the cool-down of its rule', async () => {
    await changeRule(database.db, RULE.name, { cooldownMinutes: 0 }, { ...ORIGIN, now: NOW });
    for (const subjects of [['run 1'], [], ['run 1'], []]) await raise(subjects, ['slack']);
    await changeRule(database.db, RULE.name, { cooldownMinutes: 30 }, { ...ORIGIN, now: NOW });
    expect((await list()).map(({ kind }) => kind)).toEqual(['raised', 'resolved', 'raised', 'resolved']);
  });
});

describe('the scheduler', () => {
  it('delivers to a good channel while another one is silent', async () => {
    const silent = await startHttpReceiver();
    silent.answer('silence');
    await raise(['run 1'], ['slack', 'webhook'], Date.now());
    const pipeline = createPipeline(world, {
      ALERT_SLACK_WEBHOOK_URL: silent.url,
      ALERT_WEBHOOK_URL: http.url,
      ALERT_WEBHOOK_SECRET: SECRET,
    });
    await pipeline.startScheduler();
    await waitFor('the silent receiver', async () => silent.received.length > 0);
    await waitFor('the delivery', async () =>
      (await list()).some(({ channel, outcome }) => channel === 'webhook' && outcome === 'delivered'),
    );
    expect((await list()).find(({ channel }) => channel === 'slack')).toMatchObject({ outcome: 'waiting' });
    await silent.close();
    await pipeline.close();
  });
});
