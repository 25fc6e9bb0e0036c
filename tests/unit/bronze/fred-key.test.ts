import { expect, it } from 'vitest';
import { chooseFredKey } from '../../../services/bronze/fred-key.ts';
import { loadConfig } from '../../../shared/config.ts';
import { ConfigError } from '../../../shared/errors.ts';

const KEY = 'abcdefghijklmnopqrstuvwxyz012345';

it('stops the start of a live worker without a key for FRED, or with one that FRED could not know', () => {
  expect(() => chooseFredKey(loadConfig({ PROVIDERS: 'live' }))).toThrow(ConfigError);
  expect(() => chooseFredKey(loadConfig({ PROVIDERS: 'live', FRED_API_KEY: 'SHORT' }))).toThrow(
    'FRED_API_KEY: expected 32 lower-case letters and digits when PROVIDERS=live, got another value',
  );
  expect(chooseFredKey(loadConfig({ PROVIDERS: 'live', FRED_API_KEY: KEY }))).toBe(KEY);
  expect(chooseFredKey(loadConfig({ PROVIDERS: 'replay' }))).toMatch(/^0{32}$/);
});
