import type { ClaimedDelivery } from '../../../shared/db/alert-deliveries.ts';
import type { DigestContent } from '../../../shared/contract/digests.ts';
import { listDigestLines } from '../digest/digest-lines.ts';

/** A place where a person finds more. */
export interface Link {
  readonly title: string;
  readonly url: string;
}

/** What is told, before a channel gives it its form. Plain text without markup. */
export interface Message {
  /** The same in every attempt and channel: a receiver that has seen it may drop it. */
  readonly eventId: string;
  readonly event: 'alert.raised' | 'alert.resolved' | 'digest' | 'test';
  readonly title: string;
  readonly lines: readonly string[];
  readonly links: readonly Link[];
  /** Null for anything but an alert. */
  readonly alert: ClaimedDelivery['alert'];
  /** Null for anything but a digest. */
  readonly digest: DigestContent | null;
}

function writeAlert(alert: NonNullable<ClaimedDelivery['alert']>, isRaised: boolean, base: string): Message {
  const state = isRaised ? alert.severity.toUpperCase() : 'RESOLVED';
  const ended = isRaised || alert.resolvedAt === null ? [] : [`Resolved: ${alert.resolvedAt}`];
  return {
    eventId: `alert-${alert.id}-${isRaised ? 'raised' : 'resolved'}`,
    event: isRaised ? 'alert.raised' : 'alert.resolved',
    title: `[${state}] ${alert.rule}: ${alert.subject}`,
    lines: [alert.message, `Raised: ${alert.raisedAt}`, ...ended],
    links: [
      { title: 'Open alerts', url: `${base}/v1/alerts?open=true` },
      { title: 'Rules', url: `${base}/v1/alerts/rules` },
    ],
    // At the time of a retry the alert may have ended already: it is told as it was raised, its end comes by itself.
    alert: isRaised ? { ...alert, resolvedAt: null } : alert,
    digest: null,
  };
}

function writeDigest(content: DigestContent, base: string): Message {
  const { partition } = content;
  return {
    eventId: `digest-${partition}`,
    event: 'digest',
    title: `Morning digest of ${partition}`,
    lines: listDigestLines(content),
    links: Object.entries(content.links).map(([title, path]) => ({ title, url: `${base}${path}` })),
    alert: null,
    digest: content,
  };
}

function writeTest(id: number, base: string): Message {
  return {
    eventId: `test-${id}`,
    event: 'test',
    title: 'Test of the delivery of alerts',
    lines: ['Alerts and digests arrive here.'],
    links: [{ title: 'Deliveries', url: `${base}/v1/alerts/deliveries` }],
    alert: null,
    digest: null,
  };
}

/**
 * What a delivery says. `publicUrl` (no slash at its end) begins its links.
 *
 * @throws Error when the ledger holds a delivery without what it tells of
 */
export function writeMessage(delivery: ClaimedDelivery, publicUrl: string): Message {
  const { id, kind, alert, digest } = delivery;
  if (kind === 'test') return writeTest(id, publicUrl);
  if (kind === 'digest' && digest !== null) return writeDigest(digest as unknown as DigestContent, publicUrl);
  if (alert === null) throw new Error(`Delivery ${id} (${kind}) tells of nothing`);
  return writeAlert(alert, kind === 'raised', publicUrl);
}
