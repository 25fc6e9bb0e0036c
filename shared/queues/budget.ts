import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND, type Instant } from '../time.ts';

/** Requests per second that each provider host gets, over all workers; `PROVIDER_RATES` overrides single hosts. */
export const PROVIDER_RATES: Readonly<Record<string, number>> = {
  'api.bcb.gov.br': 3,
  'api.stlouisfed.org': 1.8,
  'home.treasury.gov': 2,
  'olinda.bcb.gov.br': 2,
  'query1.finance.yahoo.com': 2,
  'query2.finance.yahoo.com': 2,
  'www.b3.com.br': 2,
  'www.tesourotransparente.gov.br': 1,
};

/** A host that is not listed is asked once a second. */
const DEFAULT_RATE = 1;
/** Requests that may go out at once after a pause. */
const BURST = 4;

/**
 * One token bucket per host as a moment in the future up to which tokens are spent ("generic cell rate algorithm"):
 * returns 0 and spends a token, or the milliseconds to wait. The caller's clock decides, so tests can bring their own.
 */
const TAKE_TOKEN = `
  local now, interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  local spent = tonumber(redis.call('GET', KEYS[1]) or '0')
  if spent < now then spent = now end
  local wait = spent - now - interval * (burst - 1)
  if wait > 0 then return math.ceil(wait) end
  redis.call('SET', KEYS[1], spent + interval, 'PX', math.ceil(interval * burst + 60000))
  return 0`;

/** Milliseconds until the host may be asked again; 0: it may be asked now, and a token was spent. */
export async function takeToken(
  redis: Redis,
  prefix: string,
  host: string,
  rate: number,
  now: Instant,
): Promise<number> {
  return Number(await redis.eval(TAKE_TOKEN, 1, `${prefix}:budget:${host}`, now, SECOND / rate, BURST));
}

/** Waits for the budget of a host, shared by all workers through Redis. */
export function createBudget(
  redis: Redis,
  prefix: string,
  rates: Readonly<Record<string, number>>,
): (host: string, signal: AbortSignal) => Promise<void> {
  return async (host, signal) => {
    const rate = rates[host] ?? PROVIDER_RATES[host] ?? DEFAULT_RATE;
    for (;;) {
      const waitMs = await takeToken(redis, prefix, host, rate, Date.now());
      if (waitMs === 0) return;
      await sleep(waitMs, undefined, { signal });
    }
  };
}
