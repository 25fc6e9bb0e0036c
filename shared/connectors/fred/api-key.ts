import type { Config } from '../../config.ts';
import { ConfigError } from '../../errors.ts';

/** The replay providers take any key of the right shape. */
const REPLAY_KEY = '0'.repeat(32);
const SHAPE = /^[a-z0-9]{32}$/;

type FredConfig = Pick<Config, 'FRED_API_KEY' | 'PROVIDERS'>;

/**
 * The key that FRED is asked with; replayed providers need none. Empty: there is none, and every request to FRED fails for
 * good without being sent, while the other providers go on.
 *
 * @throws ConfigError when the providers are live and the key is no 32 lower-case letters and digits
 */
export function readFredKey({ FRED_API_KEY: key, PROVIDERS: providers }: FredConfig): string {
  if (providers === 'replay') return key ?? REPLAY_KEY;
  if (key === null || SHAPE.test(key)) return key ?? '';
  throw new ConfigError('FRED_API_KEY', {
    expected: '32 lower-case letters and digits',
    got: 'another value',
  });
}
