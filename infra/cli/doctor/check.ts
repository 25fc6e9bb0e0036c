import type { Client } from '../../../shared/client/client.ts';
import type { Config } from '../../../shared/config.ts';
import type { Database } from '../../../shared/db/client.ts';
import type { RedisClient } from '../../../shared/queues/connection.ts';
import type { Instant } from '../../../shared/time.ts';

/** What checks look at. Nothing in it is connected until a check asks. */
export interface Patient {
  /** With the servers of the local stack, where the environment names none. */
  readonly config: Config;
  readonly db: Database;
  readonly redis: RedisClient;
  readonly api: Client;
  readonly apiUrl: string;
  now(): Instant;
}

/** What a check found: a warning is no reason to fail; whatever is not `ok` says how to mend it. */
export type Finding =
  | { readonly verdict: 'ok'; readonly detail: string }
  | { readonly verdict: 'warning' | 'wrong'; readonly detail: string; readonly mend: string };

/** One thing that an installation must have, or should. */
export interface Check {
  readonly name: string;
  /** Checks before it that must not have found anything wrong: without them it cannot be asked. */
  readonly needs?: readonly string[];
  /** A check that throws has found something wrong. @throws Error */
  check(patient: Patient): Promise<Finding> | Finding;
  /** What to do when it throws. */
  readonly mend: string;
}

export const ok = (detail: string): Finding => ({ verdict: 'ok', detail });
export const warn = (detail: string, mend: string): Finding => ({ verdict: 'warning', detail, mend });
export const wrong = (detail: string, mend: string): Finding => ({ verdict: 'wrong', detail, mend });
