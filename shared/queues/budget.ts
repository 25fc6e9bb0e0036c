import { MINUTE, SECOND, type Instant } from '../time.ts';
import type { RedisClient } from './connection.ts';

/** Requests that may go out at once after a pause. */
export const BURST = 4;

/**
 * Share of a host's rate that backfills and manual runs may use together. The rest is there at any moment for a
 * scheduled run, which therefore starts at once, however long the backfill beside it is.
 */
export const BULK_SHARE = 0.8;

/** A 429 halves the rate: the provider did not say how much is too much, and asking it twice more is impolite. */
const DECREASE = 0.5;
/** The rate never falls below an eighth of its ceiling: three halvings tell all there is to learn. */
const MINIMUM_SHARE = 0.125;
/** From half the rate to all of it in ten minutes without a 429, as share of the ceiling per millisecond. */
const RECOVERY_PER_MS = 0.5 / (10 * MINUTE);
/** Answers of requests that were under way together are one lesson, not several. */
const LESSON_MS = SECOND;
/** State outlives what it means by this much, so that it never expires while it still counts. */
const SPARE_TTL_MS = MINUTE;

/** Who asks: scheduled runs have a reserve, everything else shares the rest. */
export type BudgetClass = 'scheduled' | 'bulk';

/** A host's budget: where its state is and what it may grow to. */
export interface HostBudget {
  readonly redis: RedisClient;
  readonly prefix: string;
  readonly host: string;
  /** Requests per second at most. */
  readonly ceiling: number;
}

/**
 * What is kept of a host, a hash: `spent` and `bulk` are the moments up to which the tokens of all work and of bulk work
 * are spent, `claim` the moment until which bulk work leaves the next token to a scheduled request that waits for it,
 * `paused` the end of a `Retry-After`, `share` the part of the ceiling that was left at the moment `cut`.
 */
const READ_STATE = `
  local now = tonumber(ARGV[1])
  local kept = redis.call('HMGET', KEYS[1], 'spent', 'bulk', 'claim', 'paused', 'share', 'cut')
  local spent, bulk, claim = tonumber(kept[1] or 0), tonumber(kept[2] or 0), tonumber(kept[3] or 0)
  local paused, cut = tonumber(kept[4] or 0), tonumber(kept[6] or 0)
  local recovered = math.max(0, now - cut) * ${RECOVERY_PER_MS}
  local share = math.min(1, tonumber(kept[5] or 1) + recovered)
  local function keep(untilMs)
    local learned = math.max(0, cut - now) + (1 - share) / ${RECOVERY_PER_MS}
    local ttl = math.max(untilMs - now, paused - now, learned, 0) + ${SPARE_TTL_MS}
    redis.call('PEXPIRE', KEYS[1], math.ceil(ttl))
  end`;

/**
 * One token bucket as a moment in the future up to which tokens are spent ("generic cell rate algorithm"). It holds the
 * rate over every sliding second; a counter per fixed window, which most libraries keep, lets twice the rate pass at the
 * border of two windows. The caller's clock decides, so tests can bring their own; clocks of workers that differ by a
 * second cost one second of budget once, never more than the rate.
 */
const TAKE_TOKEN = `${READ_STATE}
  local step, isBulk = tonumber(ARGV[2]) / share, ARGV[3] == 'bulk'
  if paused > now then return { 'paused', math.ceil(paused - now) } end
  local reach = step * ${BURST - 1}
  spent = math.max(spent, now)
  local wait = spent - now - reach
  if isBulk then
    bulk = math.max(bulk, now)
    wait = math.max(wait, bulk - now - reach / ${BULK_SHARE}, claim - now)
  end
  if wait > 0 then
    if not isBulk then
      redis.call('HSET', KEYS[1], 'claim', now + wait + step)
      keep(spent)
    end
    return { 'wait', math.ceil(wait) }
  end
  redis.call('HSET', KEYS[1], 'spent', spent + step)
  if isBulk then redis.call('HSET', KEYS[1], 'bulk', bulk + step / ${BULK_SHARE}) end
  keep(math.max(spent, bulk) + step / ${BULK_SHARE})
  return { 'taken', 0 }`;

const PAUSE_HOST = `${READ_STATE}
  if ARGV[3] == 'slower' and now >= paused and now - cut >= ${LESSON_MS} then
    share = math.max(${MINIMUM_SHARE}, share * ${DECREASE})
    cut = now + tonumber(ARGV[2])
    redis.call('HSET', KEYS[1], 'share', share, 'cut', cut)
  end
  paused = math.max(paused, now + tonumber(ARGV[2]))
  redis.call('HSET', KEYS[1], 'paused', paused)
  keep(math.max(spent, bulk))`;

const DESCRIBE_HOST = `${READ_STATE}
  return { tostring(share), tostring(paused) }`;

const keyOf = ({ prefix, host }: HostBudget): string => `${prefix}:budget:${host}`;

/** What became of a wish for a token: `wait` for the rate, or `paused` because the provider said so. */
export interface TokenAnswer {
  readonly kind: 'taken' | 'wait' | 'paused';
  /** Milliseconds until the next try is worth it; 0 when a token was taken. */
  readonly waitMs: number;
}

/** Takes a token of a host's budget, or says how long there is none. */
export async function takeToken(budget: HostBudget, work: BudgetClass, now: Instant): Promise<TokenAnswer> {
  const interval = SECOND / budget.ceiling;
  const answer = await budget.redis.eval(TAKE_TOKEN, 1, keyOf(budget), now, interval, work);
  const [kind, waitMs] = answer as [TokenAnswer['kind'], number];
  return { kind, waitMs };
}

/**
 * Stops everybody from asking a host for a time, because it said so. `slower`: it also found the rate too high (429), so
 * that the rate is halved once the pause is over and recovers slowly.
 */
export async function pauseHost(
  budget: HostBudget,
  pauseMs: number,
  lesson: 'slower' | 'same rate',
  now: Instant,
): Promise<void> {
  await budget.redis.eval(PAUSE_HOST, 1, keyOf(budget), now, pauseMs, lesson);
}

/** A host's budget as it stands. */
export interface BudgetView {
  readonly host: string;
  /** Requests per second: configured, and what is left of them after what the provider taught. */
  readonly configuredRate: number;
  readonly currentRate: number;
  /** The end of a pause that the provider asked for; null: there is none. */
  readonly pausedUntil: Instant | null;
}

/** Reads a host's budget without taking from it. Without state the whole rate is there. */
export async function readBudget(budget: HostBudget, now: Instant): Promise<BudgetView> {
  const answer = await budget.redis.eval(DESCRIBE_HOST, 1, keyOf(budget), now);
  const [share, paused] = (answer as [string, string]).map(Number) as [number, number];
  return {
    host: budget.host,
    configuredRate: budget.ceiling,
    currentRate: Math.round(budget.ceiling * share * 1_000) / 1_000,
    pausedUntil: paused > now ? paused : null,
  };
}
