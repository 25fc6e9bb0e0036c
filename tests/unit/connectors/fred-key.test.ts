import { expect, it } from 'vitest';
import { requireFredKey } from '../../../shared/connectors/fred/api-key.ts';
import { loadConfig } from '../../../shared/config.ts';
import { ConfigError } from '../../../shared/errors.ts';

const KEY = 'abcdefghijklmnopqrstuvwxyz012345';

it('stops the start of a live worker without a key for FRED, or with one that FRED could not know', () => {
  expect(() => requireFredKey(loadConfig({ PROVIDERS: 'live' }))).toThrow(ConfigError);
  expect(() => requireFredKey(loadConfig({ PROVIDERS: 'live', FRED_API_KEY: 'SHORT' }))).toThrow(
    'FRED_API_KEY: expected 32 lower-case letters and digits when PROVIDERS=live, got another value',
  );
  expect(requireFredKey(loadConfig({ PROVIDERS: 'live', FRED_API_KEY: KEY }))).toBe(KEY);
  expect(requireFredKey(loadConfig({ PROVIDERS: 'replay' }))).toMatch(/^0{32}$/);
});
