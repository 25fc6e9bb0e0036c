import { createHmac } from 'node:crypto';
import { SECOND, toIso } from '../../../shared/time.ts';
import type { Channel } from './channel.ts';
import type { Message } from './message.ts';
import { postJson } from './post.ts';

/** The signature of a body: hexadecimal HMAC-SHA256 of `<timestamp>.<body>`, the timestamp in seconds since 1970. */
export function sign(secret: string, timestamp: number, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

function toBody({ eventId, event, title, lines, links, alert, digest }: Message, now: number): string {
  const { rule = null, subject = null, severity = null, raisedAt = null, resolvedAt = null } = alert ?? {};
  const message = alert?.message ?? lines.join('\n');
  const described = { rule, subject, severity, title, message, raisedAt, resolvedAt };
  return JSON.stringify({ eventId, event, sentAt: toIso(now), ...described, links, digest });
}

/** The channel to any address that takes a POST of JSON; docs/alerts.md says how a receiver checks the signature. */
export function createWebhookChannel(url: string, secret: string): Channel {
  return {
    name: 'webhook',
    async send(message, now) {
      const body = toBody(message, now);
      const timestamp = Math.floor(now / SECOND);
      await postJson('webhook', url, body, {
        'x-macro-event-id': message.eventId,
        'x-macro-timestamp': String(timestamp),
        'x-macro-signature': `v1=${sign(secret, timestamp, body)}`,
      });
    },
  };
}
