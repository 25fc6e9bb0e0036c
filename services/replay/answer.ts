import type { Span } from './span.ts';

/** One request as a provider's host would see it: decoded path, parsed query. */
export interface ReplayRequest {
  readonly host: string;
  /** Begins with `/`, percent-encoding removed. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Headers of the request, names in lower case. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** One answer in the provider's wire format. */
export interface ReplayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const JSON_TYPE = 'application/json;charset=UTF-8';

/** A body that is sent as it stands; an empty `contentType` sends none, as Olinda does with its errors. */
export function answerBody(status: number, contentType: string, body: string | Uint8Array): ReplayAnswer {
  return { status, headers: contentType === '' ? {} : { 'content-type': contentType }, body };
}

/** A JSON body, compact as the providers send it. */
export function answerJson(status: number, value: unknown): ReplayAnswer {
  return answerBody(status, JSON_TYPE, JSON.stringify(value));
}

/** Says that the recordings hold nothing for the question: the executor turns it into `no_data_expected (not_recorded)`. */
export function markNotRecorded(answer: ReplayAnswer): ReplayAnswer {
  return { ...answer, headers: { ...answer.headers, 'x-replay-outcome': 'not-recorded' } };
}

/**
 * Adds `X-Replay-Recorded: <first>/<last>` (ISO dates, inclusive), several spans with commas between them; without a span
 * the answer is returned unchanged.
 */
export function markSpan(answer: ReplayAnswer, ...spans: readonly (Span | undefined)[]): ReplayAnswer {
  const texts = spans.flatMap((span) => (span === undefined ? [] : [`${span.first}/${span.last}`]));
  if (texts.length === 0) return answer;
  return { ...answer, headers: { ...answer.headers, 'x-replay-recorded': texts.join(',') } };
}

/** Adds `X-Replay-Marked`: what in the body is not as the provider sent it (`re-encoded`, `invented-clock`, …). */
export function markAs(answer: ReplayAnswer, marks: readonly string[]): ReplayAnswer {
  if (marks.length === 0) return answer;
  return { ...answer, headers: { ...answer.headers, 'x-replay-marked': marks.join(';') } };
}
