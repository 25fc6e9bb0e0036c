import { expect, it } from 'vitest';
import { readFredKey } from '../../../shared/connectors/fred/api-key.ts';
import { createFredConnector } from '../../../shared/connectors/fred/connector.ts';
import { loadConfig } from '../../../shared/config.ts';
import { PermanentError } from '../../../shared/errors.ts';
import type { HttpClient } from '../../../shared/http.ts';

const KEY = 'abcdefghijklmnopqrstuvwxyz012345';

const refuseRequest = (): never => {
  throw new Error('nothing may be sent');
};
const http: HttpClient = { get: refuseRequest, fetch: refuseRequest };

it('fails every series for good without a key for FRED, before anything is sent', async () => {
  expect(readFredKey(loadConfig({ PROVIDERS: 'live' }))).toBe('');
  const { keys, fetch } = createFredConnector({ apiKey: '' });
  const [key] = keys;
  const window = { key: key!.key, id: 'all', from: '2021-01-01', to: '2021-12-31' };
  const failure: unknown = await fetch(key!, window, http).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PermanentError);
  expect(String(failure)).toContain('expected a key in FRED_API_KEY, got none');
});

it('stops the start of a live worker with a key that FRED could not know', () => {
  expect(() => readFredKey(loadConfig({ PROVIDERS: 'live', FRED_API_KEY: 'SHORT' }))).toThrow(
    'FRED_API_KEY: expected 32 lower-case letters and digits, got another value',
  );
  expect(readFredKey(loadConfig({ PROVIDERS: 'live', FRED_API_KEY: KEY }))).toBe(KEY);
  expect(readFredKey(loadConfig({ PROVIDERS: 'replay' }))).toMatch(/^0{32}$/);
});
