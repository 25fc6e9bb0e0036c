import { z } from 'zod';
import type { StoredReport } from '../../../shared/db/reader.ts';
import { describeUpstream, type SignalInput } from './signal.ts';

const expectation = z.object({
  /** Percent a year. */
  value: z.number().nullable(),
  source: z.enum(['fisher_breakeven', 'expectation_blend', 'none']),
  /** Date of the curves behind a breakeven. */
  curveDate: z.string().nullable(),
  /** Last month of IPCA in a blend. */
  period: z.string().nullable(),
  reason: z.string().nullable(),
});

/** Expected inflation with where it comes from, as `agent_inflation` stores it in its outputs. */
export type Expectation = Readonly<z.infer<typeof expectation>>;

const outputs = z.object({ expected_ipca_12m: expectation, expected_ipca_long: expectation });

/** Expected inflation of the long run, `share·E + (1 − share)·π*`, percent. */
export function weighLongInflation(expected: number, target: number, share: number): number {
  return share * expected + (1 - share) * target;
}

/** Names of the outputs of `agent_inflation`. */
export type ExpectationName = keyof z.infer<typeof outputs>;

/**
 * Reads expected inflation from the report of `agent_inflation`: its `value` is null, with a reason, when the report is
 * not there or had none.
 *
 * @throws ZodError when the stored outputs have another shape
 */
export function readExpectation(report: StoredReport | null, name: ExpectationName): Expectation {
  if (report !== null) return outputs.parse(report.outputs)[name];
  return {
    value: null,
    source: 'none',
    curveDate: null,
    period: null,
    reason: 'agent_inflation has no report',
  };
}

/** Describes expected inflation as the input of another model. */
export const describeExpectation = (
  name: ExpectationName,
  { source, curveDate, period }: Expectation,
): SignalInput => ({
  ...describeUpstream('output', 'agent_inflation', name, curveDate ?? period),
  ...(source === 'expectation_blend' ? { proxy: 'breakeven of DI_PRE and DI_IPCA' } : {}),
});
