import type { Config } from '../../shared/config.ts';
import { ConfigError } from '../../shared/errors.ts';

/** The replay providers take any key of the right shape. */
const REPLAY_KEY = '0'.repeat(32);
const SHAPE = /^[a-z0-9]{32}$/;

/**
 * The key that FRED is asked with. A worker without one would fail every FRED task of every day.
 *
 * @throws ConfigError when the providers are live and the key is missing or no 32 lower-case letters and digits.
 */
export function chooseFredKey({ FRED_API_KEY: key, PROVIDERS: providers }: Config): string {
  if (providers === 'replay') return key ?? REPLAY_KEY;
  if (key !== null && SHAPE.test(key)) return key;
  throw new ConfigError('FRED_API_KEY', {
    expected: '32 lower-case letters and digits when PROVIDERS=live',
    got: key === null ? 'nothing' : 'another value',
  });
}
