import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ptaxConnector } from '../../../shared/connectors/bcb_ptax/connector.ts';
import { listKeys, type RegisteredKey } from '../../../shared/connectors/registry.ts';
import { listRecorded } from '../../helpers/recorded-payload.ts';

const keys = listKeys();

function findCode(provider: string, code: string): RegisteredKey {
  const found = keys.find((key) => key.provider === provider && key.code === code);
  if (found === undefined) throw new Error(`${provider} has no code ${code}`);
  return found;
}

describe('the registries', () => {
  it('read no DI curve out of SGS: the codes 7805 to 7816 are indices and dead series', () => {
    const codes = keys.filter(({ provider }) => provider === 'bcb_sgs').map(({ code }) => Number(code));
    expect(codes.filter((code) => code >= 7805 && code <= 7816)).toEqual([]);
    const curves = keys
      .filter(({ feeds }) => feeds.includes('silver_curves'))
      .map(({ provider }) => provider);
    expect([...new Set(curves)].sort()).toEqual(['b3', 'treasury']);
  });

  it('keep vintages of what is revised: prices, jobs, earnings, openings, claims, housing', () => {
    const revised = [
      'CPIAUCSL',
      'CPILFESL',
      'UNRATE',
      'U6RATE',
      'PAYEMS',
      'CES0500000003',
      'JTSJOL',
      'JTSQUR',
      'ICSA',
      'CCSA',
      'HOUST',
      'PERMIT',
      'GDPC1',
      'PCEPILFE',
      'NFCI',
    ];
    const modes = revised.map((code) => findCode('fred', code).vintageMode);
    expect(new Set(modes)).toEqual(new Set(['alfred']));
    const brazil = keys.filter(({ provider }) => provider === 'bcb_sgs');
    expect(new Set(brazil.map(({ vintageMode }) => vintageMode))).toEqual(new Set(['first_seen']));
  });

  it('give per-day rates and yearly rates different units, and debt its own', () => {
    expect(findCode('bcb_sgs', '11').unit).toBe('percent_per_day');
    expect(findCode('bcb_sgs', '12').unit).toBe('percent_per_day');
    expect(findCode('bcb_sgs', '432').unit).toBe('percent_per_year');
    expect(findCode('bcb_sgs', '13762').unit).toBe('percent_of_gdp');
    expect(findCode('fred', 'ICSA').unit).toBe('persons');
    expect(findCode('fred', 'WTREGEN')).toMatchObject({ key: 'US_TGA', unit: 'usd_million' });
  });

  it('promise the currencies that are fetched', () => {
    const pairs = keys.filter(({ provider }) => provider === 'bcb_ptax').map(({ code }) => code);
    expect(pairs).toEqual(['USD', 'EUR', 'GBP', 'JPY', 'CHF']);
  });
});

describe('PTAX windows', () => {
  it('of a run that begins on 29 February are whole years', () => {
    const request = { from: '2024-02-29', to: '2024-02-29', mode: 'history', today: '2024-03-01' } as const;
    const windows = ptaxConnector.windows(findCode('bcb_ptax', 'EUR'), request);
    expect(windows.map(({ id }) => id)).toEqual(['2022', '2023', '2024']);
    expect(windows.at(-1)).toMatchObject({ from: '2024-01-01', to: '2024-03-01' });
  });
});

describe('the recordings', () => {
  it('have a source for every file', () => {
    const provenance = readFileSync(join(import.meta.dirname, '../../../data/replay/PROVENANCE.md'), 'utf8');
    const files = listRecorded('.').filter((path) => path !== 'PROVENANCE.md');
    expect(files.length).toBeGreaterThan(150);
    const unnamed = files.filter((path) => {
      const [, ...rest] = path.split('/');
      return !provenance.includes(`\`${rest.join('/')}\``);
    });
    expect(unnamed).toEqual([]);
  });
});
