import type { Day } from '../time.ts';
import { CHECK_NAMES, CHECKS, type CheckName } from './catalog.ts';
import type { Candidate, CheckInput, CheckTest, Failure, Severity, Verdict } from './check.ts';
import { testCount } from './count.ts';
import { testDayCounts, testVertices } from './curve.ts';
import { testDuplicates } from './duplicates.ts';
import { testFuture } from './future.ts';
import { testJump } from './jump.ts';
import { testOutlier } from './outlier.ts';
import { testRange } from './range.ts';
import { createReconciliation } from './reconcile.ts';
import { testRevision } from './revision.ts';
import { testSchema } from './schema.ts';
import { testStaleness } from './staleness.ts';
import { testUnit } from './unit.ts';
import { testVintages } from './vintages.ts';

const TESTS: Readonly<Record<CheckName, CheckTest>> = {
  schema: testSchema,
  duplicates: testDuplicates,
  future: testFuture,
  vintages: testVintages,
  unit: testUnit,
  range: testRange,
  vertices: testVertices,
  day_counts: testDayCounts,
  jump: testJump,
  annualised_rate: createReconciliation('annualised_rate'),
  settlement: createReconciliation('settlement'),
  outlier: testOutlier,
  revision: testRevision,
  count: testCount,
  staleness: testStaleness,
  ptax_fixing: createReconciliation('ptax_fixing'),
  treasury_par: createReconciliation('treasury_par'),
  index_level: createReconciliation('index_level'),
};

/** Failing dates that a result names; the rest is counted in `observed`. */
const NAMED_DATES = 50;
const NAMED_FAILURES = 3;

/** What came of one check of one key. */
export interface CheckResult {
  readonly key: string;
  readonly check: CheckName;
  readonly severity: Severity;
  /** `overridden`: everything that failed was decided to be taken. */
  readonly status: 'passed' | 'failed' | 'overridden';
  readonly fromDate: Day;
  readonly toDate: Day;
  readonly tested: number;
  /** Dates of failures, ascending, at most 50. */
  readonly dates: readonly Day[];
  readonly expected: string;
  readonly observed: string;
}

/** A candidate that is not stored, and the first check that says so. */
export interface HeldCandidate {
  readonly candidate: Candidate;
  readonly check: CheckName;
  readonly reason: string;
}

/** What the checks of one key found. */
export interface CheckedKey {
  readonly results: readonly CheckResult[];
  readonly held: readonly HeldCandidate[];
}

/** A decision to take what a check holds back, for the dates of one key, both included. */
export interface Override {
  readonly key: string;
  readonly check: string;
  readonly from: Day;
  readonly to: Day;
}

function describeFailures(failures: readonly Failure[]): string {
  const named = failures.slice(0, NAMED_FAILURES).map(({ date, observed }) => `${date}: ${observed}`);
  const more = failures.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function toResult(
  input: Omit<CheckInput, 'isHeld' | 'isOverridden'>,
  check: CheckName,
  verdict: Verdict,
  open: readonly Failure[],
): CheckResult {
  const { failures, tested, expected } = verdict;
  const shown = (open.length > 0 ? open : failures).toSorted((a, b) => (a.date < b.date ? -1 : 1));
  return {
    key: input.key.key,
    check,
    severity: CHECKS[check].severity,
    status: open.length > 0 ? 'failed' : failures.length > 0 ? 'overridden' : 'passed',
    fromDate: input.candidates[0]?.row.date ?? '',
    toDate: input.candidates.at(-1)?.row.date ?? '',
    tested,
    dates: [...new Set(shown.map(({ date }) => date))].slice(0, NAMED_DATES),
    expected,
    observed: describeFailures(shown),
  };
}

/**
 * Runs every check over the candidates of one key. Held candidates are those with a failure of a blocking check that
 * nobody has overridden; each is named once, with the first check. Without candidates there is nothing to say.
 */
export function runChecks(
  input: Omit<CheckInput, 'isHeld' | 'isOverridden'>,
  overrides: readonly Override[],
): CheckedKey {
  const held = new Map<Candidate, HeldCandidate>();
  const results: CheckResult[] = [];
  if (input.candidates.length === 0) return { results, held: [] };
  const isHeld = (candidate: Candidate): boolean => held.has(candidate);
  for (const check of CHECK_NAMES) {
    const decided = overrides.filter(
      (override) => override.key === input.key.key && override.check === check,
    );
    const isOverridden = (date: Day): boolean => decided.some(({ from, to }) => from <= date && date <= to);
    const verdict = TESTS[check]({ ...input, isHeld, isOverridden });
    if (verdict === null || verdict.tested === 0) continue;
    const open = verdict.failures.filter(({ date }) => !isOverridden(date));
    results.push(toResult(input, check, verdict, open));
    if (CHECKS[check].severity !== 'block') continue;
    for (const { candidate, observed } of open) {
      if (candidate === null || held.has(candidate)) continue;
      held.set(candidate, {
        candidate,
        check,
        reason: `${check}: ${observed}, expected ${verdict.expected}`,
      });
    }
  }
  return { results, held: [...held.values()] };
}
