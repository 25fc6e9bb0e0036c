import { addDays, addMonths, endOfMonth, type Day } from '../time.ts';

/** A part of the `inputs` of a silver row: values of one key between two dates. */
export interface InputReference {
  /** A key of bronze, or of silver when another silver value was read. */
  readonly key: string;
  /** The transform of a silver value; null for bronze, and for the level of a derived series. */
  readonly transform: string | null;
  /** First and last date that the named periods hold. */
  readonly from: Day;
  readonly to: Day;
  /** The one vertex of a curve that was read; null: all of them. */
  readonly vertex: string | null;
}

const REFERENCE = /([A-Z][\w.]*)(?::(\w+))?\[([^\]…]+)(?:…([^\]]+))?\](?: ([^;,[\]]+?))? r\d+/g;

/** First and last date of a period (`2024-05`, `2024-Q1`, `2024`) or of a date; null for other text. */
export function datesOf(period: string): { readonly from: Day; readonly to: Day } | null {
  if (/^\d{4}-\d{2}-\d{2}$/.test(period)) return { from: period, to: period };
  const month = /^\d{4}-\d{2}$/.test(period);
  if (month) return { from: `${period}-01`, to: endOfMonth(`${period}-01`) };
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  if (quarter !== null) {
    const from = addMonths(`${quarter[1]}-01-01`, (Number(quarter[2]) - 1) * 3);
    return { from, to: addDays(addMonths(from, 3), -1) };
  }
  return /^\d{4}$/.test(period) ? { from: `${period}-01-01`, to: `${period}-12-31` } : null;
}

/**
 * Reads the `inputs` of a silver row: `BR_IPCA_MOM[2021-01…2021-12] r0; BR_IPCA_MOM:yoy[2026-01] r0`, for curves
 * `DI1[2021-01-04] DI1G21 r0, DAP[2021-01-04] 13 vertices r0`.
 */
export function parseInputs(inputs: string): InputReference[] {
  return [...inputs.matchAll(REFERENCE)].flatMap(
    ([, key = '', transform, first = '', last = first, detail]) => {
      const [from, to] = [datesOf(first)?.from, datesOf(last)?.to];
      if (from === undefined || to === undefined) return [];
      const vertex = detail === undefined || /^\d+ vertices$/.test(detail) ? null : detail;
      return [{ key, transform: transform ?? null, from, to, vertex }];
    },
  );
}
