import { Decimal } from 'decimal.js';
import type { DecimalText } from './connector.ts';

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * The number times 10^places, digit by digit: nothing is rounded and trailing zeros stay (`4.50`, −2 → `0.0450`).
 * `text` must pass
 * `isDecimalText`.
 */
export function shiftDecimal(text: string, places: number): DecimalText {
  const match = PLAIN.exec(text);
  if (match === null) throw new RangeError(`shiftDecimal expects decimal text, got ${JSON.stringify(text)}`);
  const [, sign = '', whole = '', fraction = ''] = match;
  const point = whole.length + places;
  const digits = `${'0'.repeat(Math.max(0, 1 - point))}${whole}${fraction}`.padEnd(point, '0');
  const at = Math.max(1, point);
  const head = digits.slice(0, at).replace(/^0+(?=\d)/, '');
  const tail = digits.slice(at);
  const shifted = tail === '' ? head : `${head}.${tail}`;
  return sign === '-' && /[1-9]/.test(shifted) ? `-${shifted}` : shifted;
}

/** The shortest decimal text that reads back as the same double, without exponent. `value` must be finite. */
export function toDecimalText(value: number): DecimalText {
  const text = String(value === 0 ? 0 : value);
  return text.includes('e') ? new Decimal(value).toFixed() : text;
}

/** A computed double, rounded to `decimals` places; negative zero is `0`. `value` must be finite. */
export function roundToDecimalText(value: number, decimals: number): DecimalText {
  const text = new Decimal(value).toFixed(decimals);
  return /[1-9]/.test(text) ? text : text.replace('-', '');
}
