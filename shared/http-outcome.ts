/** What came of a request, as far as it says something about the health of its provider. */
export interface RequestOutcome {
  /**
   * `failed`: no answer, 408, 425, 5xx or a page where data was expected; `throttled`: 429; `aborted`: given up by us;
   * `answered`: anything else, refusals included: they are about the question.
   */
  readonly kind: 'answered' | 'failed' | 'throttled' | 'aborted';
  /** How long the provider asked to wait; null: it did not. */
  readonly retryAfterMs: number | null;
}

/**
 * True for a page with a status of success. No provider answers a good question so: it is the notice of a firewall or of
 * maintenance.
 */
export function isPageForData(status: number, contentType: string): boolean {
  return status < 300 && /^\s*text\/html\b/i.test(contentType);
}

/** Reads the outcome off an answer. `retryAfterMs` is what it asks to wait, if anything. */
export function classifyAnswer(
  status: number,
  contentType: string,
  retryAfterMs: number | null,
): RequestOutcome {
  if (status === 429) return { kind: 'throttled', retryAfterMs };
  const isFailure = status >= 500 || status === 408 || status === 425;
  return { kind: isFailure || isPageForData(status, contentType) ? 'failed' : 'answered', retryAfterMs };
}
