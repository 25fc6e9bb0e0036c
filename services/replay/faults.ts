import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { z } from 'zod';

const RULE = z
  .strictObject({
    /** Provider host the rule is for; `*` is every host. */
    host: z.string().min(1),
    /** Share of requests, 0 to 1. */
    probability: z.number().min(0).max(1).optional(),
    /** Every N-th request of the host, counted from the rule's beginning. */
    everyNth: z.int().positive().optional(),
    /** With `everyNth`: how many requests in a row, from that one on. @default 1 */
    burst: z.int().positive().optional(),
    /** The first N requests of the host. */
    first: z.int().positive().optional(),
    kind: z.enum(['status', 'retry-after-429', 'timeout', 'slow-body', 'truncate', 'html-200', 'echo']),
    /** Of kind `status` (503) and `echo` (500), which may also say that all is well. */
    status: z.int().min(200).max(599).optional(),
    /** Of kind `retry-after-429`. @default 1 */
    retryAfterSeconds: z.number().nonnegative().optional(),
    /** Silence of `timeout` (120 000) and pause between the chunks of `slow-body` (250). */
    delayMs: z.int().nonnegative().optional(),
  })
  .refine(
    (rule) =>
      [rule.probability, rule.everyNth, rule.first].filter((value) => value !== undefined).length === 1,
    {
      error: 'exactly one of probability, everyNth, first',
    },
  )
  .refine(({ kind, status = 400 }) => kind === 'echo' || status >= 400, {
    error: 'status below 400 needs echo',
  })
  .refine(({ burst = 0, everyNth = 0 }) => burst < everyNth || burst === 0, {
    error: 'burst needs an everyNth above it',
  });

const RULES = z.array(RULE);

/** One rule of fault injection. */
export type FaultRule = z.infer<typeof RULE>;

/** The rules in force; `pick` draws for one request and is deterministic for a seed and an order of requests. */
export interface Faults {
  list: () => readonly FaultRule[];
  replace: (rules: readonly FaultRule[]) => void;
  pick: (host: string) => FaultRule | undefined;
}

const SEED = 20_210_104;

/** Rules from JSON text or from a parsed body; nothing means none. @throws ZodError or SyntaxError on anything else. */
export function parseFaultRules(input: unknown): readonly FaultRule[] {
  if (input === undefined || input === null || input === '') return [];
  return RULES.parse(typeof input === 'string' ? JSON.parse(input) : input);
}

/** Fault injection with its own seeded generator. */
export function createFaults(rules: readonly FaultRule[], seed = SEED): Faults {
  let active: { rule: FaultRule; seen: number }[] = [];
  let random = xoroshiro128plus(seed);
  const replace = (next: readonly FaultRule[]): void => {
    active = next.map((rule) => ({ rule, seen: 0 }));
    random = xoroshiro128plus(seed);
  };
  const strikes = (rule: FaultRule, seen: number): boolean => {
    if (rule.first !== undefined) return seen <= rule.first;
    if (rule.everyNth !== undefined) return seen >= rule.everyNth && seen % rule.everyNth < (rule.burst ?? 1);
    return drawShare() < (rule.probability ?? 0);
  };
  const drawShare = (): number => (random.next() >>> 0) / 0x1_0000_0000;
  replace(rules);
  return {
    list: () => active.map(({ rule }) => rule),
    replace,
    pick: (host) => {
      let picked: FaultRule | undefined;
      for (const entry of active.filter(({ rule }) => rule.host === '*' || rule.host === host)) {
        entry.seen += 1;
        if (strikes(entry.rule, entry.seen)) picked ??= entry.rule;
      }
      return picked;
    },
  };
}
