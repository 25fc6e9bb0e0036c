import type { Config } from '../../config.ts';
import { ConfigError } from '../../errors.ts';

/** The replay providers take any key of the right shape. */
const REPLAY_KEY = '0'.repeat(32);
const SHAPE = /^[a-z0-9]{32}$/;

type FredConfig = Pick<Config, 'FRED_API_KEY' | 'PROVIDERS'>;

/** The key that FRED is asked with; replayed providers need none. Empty: FRED will refuse. */
export function readFredKey({ FRED_API_KEY: key, PROVIDERS: providers }: FredConfig): string {
  return key ?? (providers === 'replay' ? REPLAY_KEY : '');
}

/**
 * The key of a worker that cannot do without: it would fail every FRED task of every day.
 *
 * @throws ConfigError when the providers are live and the key is missing or no 32 lower-case letters and digits.
 */
export function requireFredKey(config: FredConfig): string {
  const key = readFredKey(config);
  if (config.PROVIDERS === 'replay' || SHAPE.test(key)) return key;
  throw new ConfigError('FRED_API_KEY', {
    expected: '32 lower-case letters and digits when PROVIDERS=live',
    got: key === '' ? 'nothing' : 'another value',
  });
}
