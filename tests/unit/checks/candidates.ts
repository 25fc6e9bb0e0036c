import type { Asked, Candidate, CheckInput } from '../../../shared/checks/check.ts';
import { sortCandidates } from '../../../shared/checks/measure.ts';
import { runChecks, type CheckedKey, type Override } from '../../../shared/checks/run-checks.ts';
import type { BronzeRow, CurvePointRow, KeyDefinition } from '../../../shared/connectors/connector.ts';
import { listKeys } from '../../../shared/connectors/registry.ts';
import { AFTERWARDS } from '../../helpers/recorded-payload.ts';

/** A registered key, with other bounds where a test needs its own. */
export function keyOf(name: string, changes: Partial<KeyDefinition> = {}): KeyDefinition {
  const found = listKeys().find(({ key }) => key === name);
  if (found === undefined) throw new Error(`no key ${name}`);
  return { ...found, ...changes };
}

const LINEAGE = { vintageAt: null, releaseTime: null, releaseBasis: 'lag_rule' } as const;

/** A candidate of one answer that was seen long after everything. */
export function candidateOf(row: BronzeRow, payloadId = 1, seenAt = AFTERWARDS): Candidate {
  return { row, payloadId, seenAt };
}

/** An observation of a key. */
export function observe(key: string, date: string, value: string | null, vintageAt: number | null = null) {
  return candidateOf({ table: 'observations', key, date, value, ...LINEAGE, vintageAt });
}

/** A vertex of a curve; its maturity does not matter to any check. */
export function vertexOf(fields: Partial<CurvePointRow> & Pick<CurvePointRow, 'key' | 'curveId' | 'date'>) {
  return candidateOf({
    table: 'curve_points',
    vertex: String(fields.businessDays ?? fields.calendarDays),
    maturity: null,
    calendarDays: 365,
    businessDays: 252,
    rate: '0.1',
    price: null,
    rateKind: 'zero',
    ...LINEAGE,
    ...fields,
  });
}

/** Everything that was asked for is covered. */
export const ALL: Asked = { at: AFTERWARDS, to: '2026-11-23', covers: () => true };

/** Runs all checks over the candidates of a key, with nothing stored beside them unless it is given. */
export function check(
  key: KeyDefinition,
  candidates: readonly Candidate[],
  options: Partial<Pick<CheckInput, 'neighbours' | 'stored' | 'counterparts' | 'asked'>> & {
    overrides?: readonly Override[];
  } = {},
): CheckedKey {
  const { overrides = [], ...rest } = options;
  const input = {
    key,
    neighbours: [],
    stored: new Map<string, number>(),
    counterparts: new Map(),
    asked: ALL,
    ...rest,
  };
  return runChecks({ ...input, candidates: sortCandidates(candidates) }, overrides);
}

/** What one check said, as `status` and failing dates; undefined when it said nothing. */
export function findResult({ results }: CheckedKey, name: string) {
  const found = results.find((result) => result.check === name);
  return found === undefined ? undefined : { status: found.status, dates: found.dates };
}
