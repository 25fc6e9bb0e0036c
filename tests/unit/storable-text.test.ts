import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../shared/errors.ts';
import { toStorableText } from '../../shared/storable-text.ts';

describe('toStorableText', () => {
  it('shows what PostgreSQL refuses, and leaves every other text alone', () => {
    expect(toStorableText('13.25\0')).toBe('13.25␀');
    expect(toStorableText('half \uD83D')).toBe('half \uFFFD');
    expect(toStorableText('Requisição inválida 📈\t\n')).toBe('Requisição inválida 📈\t\n');
  });

  it('holds for a message that was cut within a character', () => {
    const { message } = describeFailure(new Error(`${'x'.repeat(1_999)}📈`), false);
    expect(message).toBe(`${'x'.repeat(1_999)}\uFFFD`);
  });
});
