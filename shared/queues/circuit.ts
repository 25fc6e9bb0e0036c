import { HOUR, MINUTE, SECOND, type Instant } from '../time.ts';
import type { RedisClient } from './connection.ts';

/** When a circuit opens and for how long. */
export interface CircuitPolicy {
  /** Failures in a row (no answer, 5xx, a page where data was expected) that open it. */
  readonly failuresToOpen: number;
  /** 429 in a row that open it. */
  readonly throttlesToOpen: number;
  /** How long it stays open before one request may try; doubled by every try that fails. */
  readonly openMs: number;
  /** The same after 429. */
  readonly throttledOpenMs: number;
  /** Longest time it stays open: an executor that may postpone for thirty minutes still gets a try. */
  readonly maxOpenMs: number;
}

/**
 * Ten in a row: with three requests of ten failing by chance it happens once in 170,000 requests, and a provider that is
 * down is found out in seconds. Two minutes are what a restarted server needs. A 429 is answered by a slower budget
 * first, and only opens the circuit when slowing down does not help.
 */
const STANDARD: CircuitPolicy = {
  failuresToOpen: 10,
  throttlesToOpen: 10,
  openMs: 2 * MINUTE,
  throttledOpenMs: 5 * MINUTE,
  maxOpenMs: 15 * MINUTE,
};

/** Yahoo throttles addresses, not requests: after three 429 it wants to be left alone for a quarter of an hour. */
const YAHOO: CircuitPolicy = { ...STANDARD, throttlesToOpen: 3, throttledOpenMs: 15 * MINUTE };

/** An optional file beside mandatory ones: they are not kept waiting for it for longer than ten times two minutes. */
const TESOURO: CircuitPolicy = { ...STANDARD, throttledOpenMs: 2 * MINUTE, maxOpenMs: 2 * MINUTE };

const POLICIES: Readonly<Record<string, CircuitPolicy>> = { yahoo: YAHOO, tesouro_transparente: TESOURO };

/** Replayed providers recover as soon as their faults are taken away: nobody waits for them longer than this. */
const REPLAY_OPEN_MS = SECOND;

/** The policy of a circuit, for providers that are real or replayed. */
export function policyOf(circuit: string, providers: 'live' | 'replay'): CircuitPolicy {
  const policy = POLICIES[circuit] ?? STANDARD;
  if (providers === 'live') return policy;
  const openMs = REPLAY_OPEN_MS;
  return { ...policy, openMs, throttledOpenMs: openMs, maxOpenMs: openMs };
}

/** A try that was never reported (its worker died) does not keep others from trying for longer. Above any timeout. */
const PROBE_LEASE_MS = 2 * MINUTE;
/** Failures that nothing followed for this long are forgotten, and so is an open circuit that nobody tried. */
const MEMORY_MS = HOUR;

/** What an answer says about its provider; `aborted`: nothing, it was given up by us. */
export type CircuitOutcome = 'answered' | 'failed' | 'throttled' | 'aborted';

/** Where the state of a circuit is. Without state (Redis was emptied) it is closed. */
export interface SharedCircuit {
  readonly redis: RedisClient;
  readonly prefix: string;
  readonly circuit: string;
}

/**
 * A hash while something is wrong, nothing otherwise: `failures` and `throttles` in a row while it is closed; `until`
 * from when on one request may try, `probe` until when that request counts as under way, `openings` in a row.
 */
const ENTER = `
  local now = tonumber(ARGV[1])
  local kept = redis.call('HMGET', KEYS[1], 'until', 'probe', 'cause')
  local openUntil, probe = tonumber(kept[1]), tonumber(kept[2] or 0)
  if not openUntil then return { 'closed', 0 } end
  if now < openUntil then return { 'open', math.ceil(openUntil - now), kept[3] } end
  if now < probe then return { 'probing', math.ceil(probe - now) } end
  if ARGV[2] == 'claim' then
    redis.call('HSET', KEYS[1], 'probe', now + ${PROBE_LEASE_MS})
    redis.call('PEXPIRE', KEYS[1], ${MEMORY_MS})
  end
  return { 'half_open', 0 }`;

const REPORT = `
  local now, outcome, retryAfter = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
  local openMs, throttledOpenMs, maxOpenMs = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
  local openUntil = tonumber(redis.call('HGET', KEYS[1], 'until'))
  -- Requests that were under way when it opened change nothing: it stays open for its time.
  if openUntil and now < openUntil then return 'open' end
  if outcome == 'aborted' then
    redis.call('HDEL', KEYS[1], 'probe')
    return openUntil and 'half_open' or 'closed'
  end
  if outcome == 'answered' then
    redis.call('DEL', KEYS[1])
    return 'closed'
  end
  local opens = openUntil ~= nil
  if not opens then
    local field = outcome == 'throttled' and 'throttles' or 'failures'
    local count = redis.call('HINCRBY', KEYS[1], field, 1)
    opens = count >= tonumber(outcome == 'throttled' and ARGV[5] or ARGV[4])
  end
  if not opens then
    redis.call('PEXPIRE', KEYS[1], ${MEMORY_MS})
    return 'closed'
  end
  local openings = redis.call('HINCRBY', KEYS[1], 'openings', 1)
  local base = outcome == 'throttled' and math.max(throttledOpenMs, math.min(retryAfter, maxOpenMs)) or openMs
  local duration = math.min(base * 2 ^ (openings - 1), math.max(maxOpenMs, base))
  redis.call('HSET', KEYS[1], 'until', now + duration, 'cause', outcome)
  redis.call('HDEL', KEYS[1], 'probe')
  redis.call('PEXPIRE', KEYS[1], math.ceil(duration + ${MEMORY_MS}))
  return 'opened'`;

const keyOf = ({ prefix, circuit }: SharedCircuit): string => `${prefix}:circuit:${circuit}`;

/** Whether a request may go out: `closed` and `half_open` (the one try) may, `open` and `probing` may not. */
export interface Passage {
  readonly state: 'closed' | 'open' | 'probing' | 'half_open';
  /** Milliseconds until that may change; 0 for a request that may go out. */
  readonly waitMs: number;
  /** What opened it; only of one that is open. */
  readonly cause?: CircuitView['cause'] | undefined;
}

/** Asks to pass a circuit. `claim` makes the caller the one that tries a half-open one, and it must report. */
export async function enterCircuit(
  shared: SharedCircuit,
  intent: 'look' | 'claim',
  now: Instant,
): Promise<Passage> {
  const answer = await shared.redis.eval(ENTER, 1, keyOf(shared), now, intent);
  const [state, waitMs, cause] = answer as [Passage['state'], number, Passage['cause']?];
  return { state, waitMs, cause };
}

/** Tells a circuit what came of a request. Returns `opened` when that opened it (again). */
export async function reportToCircuit(
  shared: SharedCircuit,
  policy: CircuitPolicy,
  outcome: CircuitOutcome,
  retryAfterMs: number,
  now: Instant,
): Promise<'opened' | 'open' | 'half_open' | 'closed'> {
  const answer = await shared.redis.eval(
    REPORT,
    1,
    keyOf(shared),
    now,
    outcome,
    retryAfterMs,
    policy.failuresToOpen,
    policy.throttlesToOpen,
    policy.openMs,
    policy.throttledOpenMs,
    policy.maxOpenMs,
  );
  return answer as 'opened' | 'open' | 'half_open' | 'closed';
}

/** A circuit as it stands. */
export interface CircuitView {
  readonly name: string;
  readonly state: 'closed' | 'open' | 'half_open';
  /** When one request may try; null while it is closed. */
  readonly openUntil: Instant | null;
  /** Failures and 429 in a row that it counts while it is closed. */
  readonly failuresInARow: number;
  readonly throttlesInARow: number;
  readonly cause: 'failed' | 'throttled' | null;
}

/** Reads a circuit without changing it. */
export async function readCircuit(shared: SharedCircuit, now: Instant): Promise<CircuitView> {
  const kept = await shared.redis.hgetall(keyOf(shared));
  const openUntil = kept['until'] === undefined ? null : Number(kept['until']);
  return {
    name: shared.circuit,
    state: openUntil === null ? 'closed' : now < openUntil ? 'open' : 'half_open',
    openUntil,
    failuresInARow: Number(kept['failures'] ?? 0),
    throttlesInARow: Number(kept['throttles'] ?? 0),
    cause: kept['cause'] === 'failed' || kept['cause'] === 'throttled' ? kept['cause'] : null,
  };
}
