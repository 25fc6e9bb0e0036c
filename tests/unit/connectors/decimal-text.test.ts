import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundToDecimalText, shiftDecimal, toDecimalText } from '../../../shared/connectors/decimal-text.ts';

describe('shiftDecimal', () => {
  it.each([
    ['4.50', -2, '0.0450'],
    ['0.17', -2, '0.0017'],
    ['5847.377', -3, '5.847377'],
    ['12', -2, '0.12'],
    ['-174.39', -2, '-1.7439'],
    ['-0.00', -2, '0.0000'],
    ['100', 2, '10000'],
    ['0.059999998658895493', -2, '0.00059999998658895493'],
    ['00000115900000', -9, '0.115900000'],
  ])('moves the point of %s by %i', (text, places, expected) => {
    expect(shiftDecimal(text, places)).toBe(expected);
  });

  it('loses no digit: shifting back gives the same number', () => {
    const number = fc.tuple(
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      fc.integer({ min: 0, max: 12 }),
    );
    fc.assert(
      fc.property(number, fc.integer({ min: -12, max: 12 }), ([unscaled, decimals], places) => {
        const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(decimals + 1, '0');
        const whole = digits.slice(0, digits.length - decimals);
        const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
        const back = shiftDecimal(shiftDecimal(`${unscaled < 0n ? '-' : ''}${text}`, places), -places);
        const trim = (value: string): string => (value.includes('.') ? value.replace(/\.?0+$/, '') : value);
        expect(trim(back)).toBe(trim(unscaled < 0n ? `-${text}` : text));
      }),
    );
  });

  it('refuses what is no decimal text', () => {
    expect(() => shiftDecimal('1e-7', -2)).toThrow(RangeError);
  });
});

describe('toDecimalText', () => {
  it.each([
    [1518.0999755859375, '1518.0999755859375'],
    [-37.63, '-37.63'],
    [1e-7, '0.0000001'],
    [1.5e22, '15000000000000000000000'],
    [-0, '0'],
  ])('writes %d', (value, expected) => {
    expect(toDecimalText(value)).toBe(expected);
  });

  it('reads back as the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(toDecimalText(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('roundToDecimalText', () => {
  it('keeps a fixed number of decimals and no negative zero', () => {
    expect(roundToDecimalText(0.13651991991, 12)).toBe('0.136519919910');
    expect(roundToDecimalText(-1e-15, 12)).toBe('0.000000000000');
  });
});
