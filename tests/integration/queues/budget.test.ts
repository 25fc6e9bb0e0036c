import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BULK_SHARE,
  BURST,
  pauseHost,
  readBudget,
  takeToken,
  type BudgetClass,
  type HostBudget,
} from '../../../shared/queues/budget.ts';
import { ceilingOf, PROVIDER_HOSTS } from '../../../shared/queues/hosts.ts';
import { MINUTE, SECOND, type Instant } from '../../../shared/time.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const START = Date.parse('2022-07-01T09:00:00Z');

let world: World;
let redis: Redis;
beforeAll(async () => {
  world = await createWorld();
  redis = new Redis(world.redisUrl);
});
afterAll(async () => {
  redis.disconnect();
  await world.close();
});

const budgetFor = (host: string, ceiling = ceilingOf(host, {})): HostBudget => ({
  redis,
  prefix: world.redisPrefix,
  host,
  ceiling,
});

/** Workers that always want one more token, on a clock of their own; the moments at which each got one. */
async function simulate(
  budget: HostBudget,
  workers: readonly { readonly work: BudgetClass; readonly from: Instant; readonly wants: number }[],
  until: Instant,
): Promise<Instant[][]> {
  const taken = workers.map((): Instant[] => []);
  const due = workers.map(({ from }) => from);
  for (;;) {
    const now = Math.min(...due);
    if (now >= until) return taken;
    const index = due.indexOf(now);
    const worker = workers[index]!;
    const { kind, waitMs } = await takeToken(budget, worker.work, now);
    if (kind === 'taken') taken[index]!.push(now);
    else due[index] = now + waitMs;
    if (taken[index]!.length >= worker.wants) due[index] = until;
  }
}

/** The most requests beyond `rate · t` in any window that begins and ends with one. */
function countExcess(moments: readonly Instant[], rate: number): number {
  const sorted = moments.toSorted((a, b) => a - b);
  let most = 0;
  for (const [first, from] of sorted.entries()) {
    for (let last = first; last < sorted.length; last += 1)
      most = Math.max(most, last - first + 1 - (rate * (sorted[last]! - from)) / SECOND);
  }
  return most;
}

const bulkWorkers = (count: number) =>
  Array.from({ length: count }, () => ({ work: 'bulk' as const, from: START, wants: Infinity }));

describe('the budget of a host', () => {
  it.each(Object.entries(PROVIDER_HOSTS))(
    'gives scheduled work the whole rate of %s and never more in any window',
    async (host, { requestsPerSecond }) => {
      const workers = Array.from({ length: 5 }, () => ({
        work: 'scheduled' as const,
        from: START,
        wants: Infinity,
      }));
      const moments = (await simulate(budgetFor(host), workers, START + MINUTE)).flat();
      expect(moments.length).toBeGreaterThanOrEqual(Math.floor(requestsPerSecond * 60));
      expect(countExcess(moments, requestsPerSecond)).toBeLessThanOrEqual(BURST);
    },
  );

  it('is the ceiling that the configuration sets', async () => {
    expect(ceilingOf('api.bcb.gov.br', { 'api.bcb.gov.br': 0.5 })).toBe(0.5);
    expect(ceilingOf('nowhere.example', {})).toBe(1);
    const slow = budgetFor('slow', 0.5);
    const moments = (await simulate(slow, bulkWorkers(3), START + MINUTE)).flat();
    expect(moments.length).toBeLessThanOrEqual(0.5 * BULK_SHARE * 60 + BURST);
  });

  it('keeps a fifth of the rate for scheduled work', async () => {
    const moments = (await simulate(budgetFor('reserve', 2), bulkWorkers(8), START + MINUTE)).flat();
    expect(moments.length).toBeGreaterThanOrEqual(2 * BULK_SHARE * 60);
    expect(moments.length).toBeLessThanOrEqual(2 * BULK_SHARE * 60 + BURST);
  });

  it('lets a scheduled run pass a backfill: it starts at once and gets nearly the whole rate', async () => {
    const joins = START + 30 * SECOND;
    const scheduled = { work: 'scheduled' as const, from: joins, wants: 20 };
    const taken = await simulate(budgetFor('passing', 2), [...bulkWorkers(8), scheduled], START + MINUTE);
    const moments = taken.at(-1)!;
    expect(moments[0]).toBe(joins);
    expect(moments).toHaveLength(20);
    expect(moments.at(-1)! - joins).toBeLessThanOrEqual((20 / 2) * SECOND + SECOND);
    expect(countExcess(taken.flat(), 2)).toBeLessThanOrEqual(BURST);
    const after = taken.slice(0, -1).flat();
    expect(after.filter((moment) => moment > moments.at(-1)! + SECOND).length).toBeGreaterThan(20);
  });

  it('holds over several connections at the same time, by the real clock', async () => {
    const rate = 40;
    const clients = Array.from({ length: 4 }, () => new Redis(world.redisUrl));
    const moments: Instant[] = [];
    const work = async (client: Redis, kind: BudgetClass): Promise<void> => {
      while (moments.length < 2 * rate) {
        const now = Date.now();
        const answer = await takeToken({ ...budgetFor('shared', rate), redis: client }, kind, now);
        if (answer.kind === 'taken') moments.push(now);
        else await sleep(answer.waitMs);
      }
    };
    await Promise.all(clients.flatMap((client) => [work(client, 'bulk'), work(client, 'scheduled')]));
    for (const client of clients) client.disconnect();
    expect(moments.length).toBeGreaterThanOrEqual(2 * rate);
    expect(countExcess(moments, rate)).toBeLessThanOrEqual(BURST);
  });
});

describe('a 429', () => {
  it('pauses the host for everybody until Retry-After, then halves the rate', async () => {
    const budget = budgetFor('throttled', 2);
    expect(await takeToken(budget, 'bulk', START)).toEqual({ kind: 'taken', waitMs: 0 });
    await pauseHost(budget, 20 * SECOND, 'slower', START);
    for (const work of ['bulk', 'scheduled'] as const) {
      expect(await takeToken(budget, work, START + 5 * SECOND)).toEqual({
        kind: 'paused',
        waitMs: 15 * SECOND,
      });
    }
    expect(await readBudget(budget, START + 5 * SECOND)).toEqual({
      host: 'throttled',
      configuredRate: 2,
      currentRate: 1,
      pausedUntil: START + 20 * SECOND,
    });
    const from = START + 20 * SECOND;
    const workers = [{ work: 'scheduled' as const, from, wants: Infinity }];
    const moments = (await simulate(budget, workers, from + MINUTE)).flat();
    expect(countExcess(moments, 1.1)).toBeLessThanOrEqual(BURST);
    expect(moments.length).toBeLessThanOrEqual(1.1 * 60 + BURST);
  });

  it('is one lesson when several requests under way get it', async () => {
    const budget = budgetFor('together', 2);
    for (let answer = 0; answer < 4; answer += 1)
      await pauseHost(budget, 1 * SECOND, 'slower', START + answer * 100);
    expect(await readBudget(budget, START + SECOND)).toMatchObject({ currentRate: 1 });
  });

  it('lowers the rate further each time, to an eighth at most, and a quiet while brings all of it back', async () => {
    const budget = budgetFor('again', 2);
    const rates: number[] = [];
    let now = START;
    for (let lesson = 0; lesson < 5; lesson += 1) {
      await pauseHost(budget, SECOND, 'slower', now);
      rates.push((await readBudget(budget, now)).currentRate);
      now += 2 * SECOND;
    }
    expect(rates.map((rate) => Math.round(rate * 100) / 100)).toEqual([1, 0.5, 0.25, 0.25, 0.25]);
    const quiet = await readBudget(budget, now + 9 * MINUTE);
    expect(quiet.currentRate).toBeGreaterThan(1.1);
    expect(quiet.currentRate).toBeLessThan(1.2);
    expect(await readBudget(budget, now + 20 * MINUTE)).toMatchObject({ currentRate: 2, pausedUntil: null });
  });

  it('that is none (503 with Retry-After) pauses without slowing down', async () => {
    const budget = budgetFor('maintenance', 2);
    await pauseHost(budget, 30 * SECOND, 'same rate', START);
    expect(await readBudget(budget, START)).toMatchObject({
      currentRate: 2,
      pausedUntil: START + 30 * SECOND,
    });
  });

  it('is forgotten with an emptied Redis, and its state expires by itself', async () => {
    const budget = budgetFor('forgotten', 2);
    await pauseHost(budget, 10 * SECOND, 'slower', START);
    const key = `${world.redisPrefix}:budget:forgotten`;
    expect(await redis.pttl(key)).toBeGreaterThan(10 * MINUTE);
    expect(await redis.pttl(key)).toBeLessThan(15 * MINUTE);
    await redis.del(key);
    expect(await takeToken(budget, 'bulk', START)).toEqual({ kind: 'taken', waitMs: 0 });
    expect(await readBudget(budget, START)).toMatchObject({ currentRate: 2, pausedUntil: null });
  });
});
