import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toEmail } from '../../../services/scheduler/delivery/email.ts';
import { writeMessage } from '../../../services/scheduler/delivery/message.ts';
import { waitAfter } from '../../../services/scheduler/delivery/outbox.ts';
import { toSlack } from '../../../services/scheduler/delivery/slack.ts';
import { sign } from '../../../services/scheduler/delivery/webhook.ts';
import type { ClaimedDelivery } from '../../../shared/db/alert-deliveries.ts';
import { MINUTE, SECOND } from '../../../shared/time.ts';

const BASE = 'https://macro.example';

const delivery = (kind: ClaimedDelivery['kind'], message = 'bronze_fred is not ready'): ClaimedDelivery => ({
  id: 7,
  kind,
  attempt: 1,
  createdAt: '2022-07-01T11:30:00.000Z',
  alert: {
    id: 3,
    rule: 'deadline_bronze_fred',
    subject: 'bronze_fred 2022-06-30',
    severity: 'critical',
    message,
    raisedAt: '2022-07-01T11:30:00.000Z',
    resolvedAt: kind === 'resolved' ? '2022-07-01T12:00:00.000Z' : null,
  },
  digest: null,
});

describe('a message about an alert', () => {
  it('names severity, rule and subject, and is another event when the alert ends', () => {
    expect(writeMessage(delivery('raised'), BASE)).toMatchObject({
      eventId: 'alert-3-raised',
      event: 'alert.raised',
      title: '[CRITICAL] deadline_bronze_fred: bronze_fred 2022-06-30',
      lines: ['bronze_fred is not ready', 'Raised: 2022-07-01T11:30:00.000Z'],
      links: [{ url: `${BASE}/v1/alerts?open=true` }, { url: `${BASE}/v1/alerts/rules` }],
    });
    expect(writeMessage(delivery('resolved'), BASE)).toMatchObject({
      eventId: 'alert-3-resolved',
      event: 'alert.resolved',
      title: '[RESOLVED] deadline_bronze_fred: bronze_fred 2022-06-30',
    });
  });

  it('keeps to the characters and lengths that Slack takes', () => {
    const text = `got <b> & "more" ${'x'.repeat(4_000)}`;
    const slack = toSlack(writeMessage(delivery('raised', text), BASE));
    expect(slack.text).toContain('got &lt;b&gt; &amp; "more"');
    expect(slack.text.length).toBe(3_000);
    for (const block of slack.blocks.filter(({ type }) => type === 'section'))
      expect(block.text?.text.length).toBeLessThanOrEqual(3_000);
    expect(slack.blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'context']);
    expect(JSON.stringify(slack.blocks)).toContain(`<${BASE}/v1/alerts?open=true|Open alerts>`);
  });

  it('is text and HTML in a mail, where nothing of it is markup', () => {
    const mail = toEmail(writeMessage(delivery('raised', 'got <script>'), BASE));
    expect(mail.subject).toBe('[CRITICAL] deadline_bronze_fred: bronze_fred 2022-06-30');
    expect(mail.text).toContain('got <script>');
    expect(mail.html).toContain('<p>got &lt;script&gt;</p>');
    expect(mail.html).not.toContain('<script>');
  });

  it('cannot be written when the ledger does not say what it is about', () => {
    const empty = { ...delivery('raised'), alert: null };
    expect(() => writeMessage(empty, BASE)).toThrow('Delivery 7 (raised) tells of nothing');
  });
});

describe('a signature', () => {
  it('is the HMAC-SHA256 of timestamp, dot and body', () => {
    const expected = createHmac('sha256', 'secret').update('1656675000.{"a":1}').digest('hex');
    expect(sign('secret', 1_656_675_000, '{"a":1}')).toBe(expected);
    expect(sign('secret', 1_656_675_001, '{"a":1}')).not.toBe(expected);
    expect(sign('other', 1_656_675_000, '{"a":1}')).not.toBe(expected);
  });
});

describe('the wait after a failed attempt', () => {
  it('grows fourfold and ends with the fifth attempt', () => {
    expect([1, 2, 3, 4, 5].map((attempt) => waitAfter(attempt, null))).toEqual([
      30 * SECOND,
      2 * MINUTE,
      8 * MINUTE,
      32 * MINUTE,
      null,
    ]);
  });

  it('is as long as the receiver asks, up to half an hour', () => {
    expect(waitAfter(1, 5 * MINUTE)).toBe(5 * MINUTE);
    expect(waitAfter(1, 1 * SECOND)).toBe(30 * SECOND);
    expect(waitAfter(1, 300 * MINUTE)).toBe(30 * MINUTE);
  });
});
