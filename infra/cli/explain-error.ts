import { ApiError } from '../../shared/client/client.ts';

/** What to do about an answer of the API, by its status. */
const ADVICE: Readonly<Record<number, string>> = {
  401: 'name a key with --api-key or API_KEYS',
  403: 'name a key of a role that may do it with --api-key',
  429: 'try again later',
  503: 'macro doctor says which server does not answer',
};

/** What PostgreSQL answers to an account that may not do what it asks for. */
const INSUFFICIENT_PRIVILEGE = '42501';

/** What is behind an error, in words; null when it does not say. */
export const readCause = (error: Error): string | null =>
  error.cause instanceof Error
    ? error.cause.message || ((error.cause as NodeJS.ErrnoException).code ?? null)
    : null;

/** An error as one line for the person at the terminal: what was asked, what came, and what to do. */
export function explainError(error: unknown, api: string): string {
  if (!(error instanceof Error)) return String(error);
  const cause = readCause(error);
  if (error instanceof ApiError) {
    const advice = ADVICE[error.status];
    return advice === undefined ? error.message : `${error.message}: ${advice}`;
  }
  if (error instanceof TypeError && error.message === 'fetch failed')
    return `no API at ${api}: start it with make dev, or name another with --api (${cause ?? 'no answer'})`;
  if (error.name === 'TimeoutError')
    return `the API at ${api} did not answer in time: macro doctor says whether it is up`;
  // The text of a query that failed says nothing to a person; what came of it does.
  if ((error.cause as { readonly code?: string } | undefined)?.code === INSUFFICIENT_PRIVILEGE)
    return `PostgreSQL: ${cause}: this needs the owner of the tables, named by MIGRATE_DATABASE_URL`;
  return cause === null ? error.message : `${error.message} (${cause})`;
}
