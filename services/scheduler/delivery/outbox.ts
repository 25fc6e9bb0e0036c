import {
  claimDeliveries,
  MAX_ATTEMPTS,
  settleDelivery,
  type ClaimedDelivery,
  type DeliveryEnd,
} from '../../../shared/db/alert-deliveries.ts';
import type { Database } from '../../../shared/db/client.ts';
import type { Logger } from '../../../shared/logger.ts';
import { MINUTE, SECOND, type Instant } from '../../../shared/time.ts';
import { DeliveryError, type Channel } from './channel.ts';
import { writeMessage } from './message.ts';

/** Wait after the first failure; four times as long after each further one: 30 s, 2 min, 8 min, 32 min. */
const FIRST_WAIT_MS = 30 * SECOND;
const WAIT_FACTOR = 4;
/** A receiver may ask to wait longer, but not for longer than this. */
const MAX_ASKED_WAIT_MS = 30 * MINUTE;

/** What the outbox of one channel works with. */
export interface Outbox {
  readonly db: Database;
  readonly channel: Channel;
  readonly publicUrl: string;
  readonly log: Logger;
  readonly now: () => Instant;
}

/** Milliseconds to wait after a failed attempt, or null when it was the last one. */
export function waitAfter(attempt: number, askedMs: number | null): number | null {
  if (attempt >= MAX_ATTEMPTS) return null;
  const asked = Math.min(askedMs ?? 0, MAX_ASKED_WAIT_MS);
  return Math.max(FIRST_WAIT_MS * WAIT_FACTOR ** (attempt - 1), asked);
}

async function sendOne({ channel, publicUrl, now }: Outbox, delivery: ClaimedDelivery): Promise<DeliveryEnd> {
  try {
    await channel.send(writeMessage(delivery, publicUrl), now());
    return { outcome: 'delivered', at: now() };
  } catch (error) {
    const known = error instanceof DeliveryError ? error : null;
    // The words of an unknown error may hold an address.
    const told = known?.message ?? `Delivering to ${channel.name}: an unknown error`;
    const waitMs = waitAfter(delivery.attempt, known?.retryAfterMs ?? null);
    return { outcome: 'failed', error: told, retryAt: waitMs === null ? null : now() + waitMs };
  }
}

/**
 * Sends what a channel has to deliver now, all at once, and records what came of each. Any number of processes may do it: a
 * delivery is claimed by one of them. It is sent twice only if a process dies, or loses the database, between the answer of
 * the receiver and its record; the event id is the same then. Returns how many were sent or tried.
 */
export async function deliverDue(outbox: Outbox): Promise<number> {
  const { db, channel, log, now } = outbox;
  const due = await claimDeliveries(db, channel.name, now());
  await Promise.all(
    due.map(async (delivery) => {
      const end = await sendOne(outbox, delivery);
      await settleDelivery(db, delivery, end);
      const fields = { delivery: delivery.id, channel: channel.name, attempt: delivery.attempt };
      if (end.outcome === 'delivered') log.info(fields, 'delivered');
      else log.warn({ ...fields, error: end.error, isRetried: end.retryAt !== null }, 'delivery failed');
    }),
  );
  return due.length;
}
