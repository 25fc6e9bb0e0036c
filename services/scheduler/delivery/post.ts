import type { ChannelName } from '../../../shared/alerts/channels.ts';
import { SECOND } from '../../../shared/time.ts';
import { codeOf, DeliveryError } from './channel.ts';

/** A receiver that says nothing for so long is given up. */
export const SEND_TIMEOUT_MS = 10 * SECOND;

function readRetryAfter(header: string | null): number | null {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * SECOND : null;
}

/**
 * Posts JSON to a receiver. Redirects are not followed: the operator named one address, and a receiver may not choose
 * another one inside the network.
 *
 * @throws DeliveryError without an answer of 2xx within ten seconds
 */
export async function postJson(
  channel: ChannelName,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    });
  } catch (error) {
    throw new DeliveryError(channel, 'an answer', codeOf(error));
  }
  // The connection is free for the next message once the body is gone; what it says is not read.
  await answer.body?.cancel().catch(() => undefined);
  if (!answer.ok) {
    const retryAfterMs = readRetryAfter(answer.headers.get('retry-after'));
    throw new DeliveryError(channel, 'HTTP 2xx', `HTTP ${answer.status}`, retryAfterMs);
  }
}
