import { SAO_PAULO } from '../../time.ts';
import type { KeyDefinition } from '../connector.ts';
import { sameDay } from '../release.ts';

/** When the closing bulletin is out at the latest; the row itself carries the moment of its publication. */
const CLOSING = sameDay('18:00', SAO_PAULO);

const VERIFIED = 'BCB field documentation; sell of 2024-12-31 = 6.1923, equal to SGS 1';
const CROSS_RATE = 'stored for readers of the API; no transform reads it yet';

const PAIRS: readonly (readonly [code: string, name: string, range: readonly [number, number]])[] = [
  ['USD', 'US dollar', [0.5, 15]],
  ['EUR', 'euro', [0.5, 15]],
  ['GBP', 'pound sterling', [1, 20]],
  ['JPY', 'yen', [0.005, 0.2]],
  ['CHF', 'Swiss franc', [0.5, 15]],
];

/** PTAX closing bulletins, BRL per unit of foreign currency. */
export const PTAX_KEYS: readonly KeyDefinition[] = PAIRS.map(([code, name, expectedRange]) => ({
  key: `${code}BRL_PTAX`,
  code,
  name: `PTAX closing bulletin, ${name}`,
  unit: `brl_per_${code.toLowerCase()}`,
  frequency: 'D',
  country: 'BR',
  calendar: 'BR_ANBIMA',
  release: CLOSING,
  vintageMode: 'none',
  mandatory: code === 'USD',
  expectedRange,
  verified: code === 'USD' ? VERIFIED : 'BCB field documentation',
  feeds: code === 'USD' ? 'silver_returns: the USDBRL of every model' : CROSS_RATE,
}));
