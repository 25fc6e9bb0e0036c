import { DrizzleQueryError } from 'drizzle-orm';
import { toStorableText } from './storable-text.ts';

/** What a person needs to know about a failure: what was done, to what, what was expected and what came. */
export interface FailureDetail {
  /** Provider, key, asset or other noun the work was about. */
  readonly subject?: string | undefined;
  readonly expected?: string | undefined;
  readonly got?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Base of every error this project throws on purpose. Programming mistakes (`TypeError`, …) are not in the family:
 * they are retried like any unknown error and end as `failed` with their stack in the task's events.
 */
export class PipelineError extends Error {
  override readonly name: string = 'PipelineError';
  readonly subject: string | undefined;

  constructor(message: string, detail: FailureDetail = {}) {
    const expectation = [
      detail.expected === undefined ? '' : `expected ${detail.expected}`,
      detail.got === undefined ? '' : `got ${detail.got}`,
    ].filter((part) => part !== '');
    super(expectation.length === 0 ? message : `${message}: ${expectation.join(', ')}`, {
      cause: detail.cause,
    });
    this.subject = detail.subject;
  }
}

/** Thrown for a network fault, a timeout, 408/425/429/5xx or a page where data was expected. Retried with back-off. */
export class TransientError extends PipelineError {
  override readonly name = 'TransientError';
}

/** Thrown when the provider says that asking again is useless (bad key, bad series, window too long). Never retried. */
export class PermanentError extends PipelineError {
  override readonly name: string = 'PermanentError';
}

/** Thrown when a body does not have the shape we know: a person must look. Never retried. */
export class SchemaDriftError extends PermanentError {
  override readonly name = 'SchemaDriftError';
}

/**
 * Thrown when work must wait for a known time (`Retry-After`, an open circuit). Postpones the job without spending an
 * attempt, at most ten times or thirty minutes.
 */
export class RetryLaterError extends PipelineError {
  override readonly name = 'RetryLaterError';
  /** Milliseconds to wait before the next try. */
  readonly delayMs: number;

  constructor(message: string, delayMs: number, detail: FailureDetail = {}) {
    super(message, detail);
    this.delayMs = delayMs;
  }
}

/** Thrown when a newer dispatch or attempt owns the task: this worker's result is dropped. Not a failure, not retried. */
export class SupersededError extends PipelineError {
  override readonly name = 'SupersededError';
}

/** Thrown at start when a variable of the environment or a registry entry is wrong. The process does not start. */
export class ConfigError extends PipelineError {
  override readonly name = 'ConfigError';
}

/** A failure as it is stored in the ledger and shown by the API: no stack, no secrets. */
export interface StoredFailure {
  readonly name: string;
  readonly message: string;
  readonly retried: boolean;
}

/** Longest message that is stored; a body that strays into one does not fill the ledger. */
const MAX_MESSAGE_LENGTH = 2_000;

/**
 * The error to tell people about: the database's own words instead of the statement with all its parameters, which may
 * hold whole payloads.
 */
export function unwrapQueryError(error: unknown): unknown {
  return error instanceof DrizzleQueryError && error.cause !== undefined ? error.cause : error;
}

/** Reduces any thrown value to what may be stored and shown. */
export function describeFailure(error: unknown, retried: boolean): StoredFailure {
  const shown = unwrapQueryError(error);
  const { name, message } = shown instanceof Error ? shown : { name: 'Error', message: String(shown) };
  return { name, message: toStorableText(message.slice(0, MAX_MESSAGE_LENGTH)), retried };
}
