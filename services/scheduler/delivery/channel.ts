import type { ChannelName } from '../../../shared/alerts/channels.ts';
import type { Message } from './message.ts';

/** A way by which messages leave. */
export interface Channel {
  readonly name: ChannelName;
  /** @throws DeliveryError when the receiver did not take the message */
  send(message: Message, now: number): Promise<void>;
}

/**
 * Thrown when a receiver did not take a message. Retried up to five times. Its message names the channel and what came, never
 * an address: those hold tokens and passwords.
 */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** Milliseconds that the receiver asked to wait; null when it did not. */
  readonly retryAfterMs: number | null;

  constructor(channel: ChannelName, expected: string, got: string, retryAfterMs: number | null = null) {
    super(`Delivering to ${channel}: expected ${expected}, got ${got}`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The code of an error of a library, whose message may hold an address. */
export function codeOf(error: unknown): string {
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: unknown };
  if (name === 'TimeoutError') return 'no answer in time';
  if (typeof code === 'string') return code;
  return cause instanceof Error ? codeOf(cause) : 'an unknown failure';
}
