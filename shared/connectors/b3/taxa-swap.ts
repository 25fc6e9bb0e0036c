import { SchemaDriftError } from '../../errors.ts';
import { addDays, isDay } from '../../time.ts';
import type { CurvePointRow, FetchWindow, KeyDefinition, ParseResult, RejectedRow } from '../connector.ts';
import { shiftDecimal } from '../decimal-text.ts';

/**
 * id 0-5, complement 6-8, record type 9-10, date 11-18, curve class 19-20, curve code 21-25, name 26-40, calendar days
 * 41-45, business days 46-50, sign 51, rate 52-65 (7 implied decimals, percent), F/M 66, vertex code 67-71.
 */
const LINE = /^.{11}(\d{4})(\d{2})(\d{2}).{2}(.{5}).{15}(\d{5})(\d{5})([+-])(\d{14})[FM].{5}$/;

/** Percent with seven implied decimals to a decimal fraction. */
const RATE_SCALE = -9;

const CURVES: Readonly<Record<string, Pick<CurvePointRow, 'curveId' | 'rateKind'>>> = {
  PRE: { curveId: 'DI_PRE', rateKind: 'zero' },
  DIC: { curveId: 'DI_IPCA', rateKind: 'zero' },
  DOC: { curveId: 'CUPOM_CAMBIAL', rateKind: 'linear360' },
};

/**
 * Reference curves of one session from B3's `TaxaSwap.txt`: PRE and DIC effective BUS/252, DOC linear 360 and clean. A
 * vertex is named by its business days; the file's own vertex code is a nominal term and is not used. Rows carry the curve
 * code as key: one file feeds all three. Other curves of the file are skipped.
 *
 * @throws SchemaDriftError on a line of another layout or a file of another session.
 */
export function parseTaxaSwap(key: KeyDefinition, window: FetchWindow, text: string): ParseResult {
  const session = window.from;
  const points = new Map<string, CurvePointRow>();
  const rejected: RejectedRow[] = [];
  const released = key.release.timeOf(session);
  for (const line of text.split(/\r?\n/)) {
    if (line === '' || line === '\u001A') continue;
    const match = LINE.exec(line);
    if (match === null) {
      throw new SchemaDriftError('Reading TaxaSwap.txt', {
        expected: 'lines of 72 characters',
        got: JSON.stringify(line),
      });
    }
    const [, year, month, day, code = '', calendarText, businessText, sign, digits = ''] = match;
    const date = `${year}-${month}-${day}`;
    if (!isDay(date) || date !== session) {
      throw new SchemaDriftError('Reading TaxaSwap.txt', { expected: `file date ${session}`, got: date });
    }
    const curve = CURVES[code.trim()];
    if (curve === undefined) continue;
    const [calendarDays, businessDays] = [Number(calendarText), Number(businessText)];
    const id = `${code} ${businessDays}`;
    if (calendarDays <= 0 || businessDays <= 0 || points.has(id)) {
      const reason = points.has(id) ? 'duplicate vertex' : 'vertex without days';
      rejected.push({ key: code.trim(), date, reason, raw: line });
      continue;
    }
    points.set(id, {
      table: 'curve_points',
      key: code.trim(),
      ...curve,
      date,
      vertex: String(businessDays),
      maturity: addDays(date, calendarDays),
      calendarDays,
      businessDays,
      rate: shiftDecimal(`${sign === '-' ? '-' : ''}${digits}`, RATE_SCALE),
      price: null,
      vintageAt: null,
      releaseTime: released.time,
      releaseBasis: released.basis,
    });
  }
  return { rows: [...points.values()], rejected };
}
