import { SAO_PAULO } from '../../time.ts';
import { relative, usualStaleness, within } from '../bounds.ts';
import { STORED_ONLY, type KeyDefinition } from '../connector.ts';
import { sameDay } from '../release.ts';
import { scaleOf } from '../units.ts';

/** When the closing bulletin is out at the latest; the row itself carries the moment of its publication. */
const CLOSING = sameDay('18:00', SAO_PAULO);

const VERIFIED = 'BCB field documentation; sell of 2024-12-31 = 6.1923, equal to SGS 1';
const UNREAD = `${STORED_ONLY}prices and returns in silver_returns, no agent reads them yet`;
const EVERY_AGENT =
  'silver_returns: agent_inflation, agent_monetary_policy, agent_fiscal, agent_fx_equilibrium, agent_cross_asset';

const PAIRS = [
  ['USD', 'US dollar', 'brl_per_usd', within(0.5, 15, relative(0.15))],
  ['EUR', 'euro', 'brl_per_eur', within(0.5, 20, relative(0.2))],
  ['GBP', 'pound sterling', 'brl_per_gbp', within(1, 25, relative(0.2))],
  ['JPY', 'yen', 'brl_per_jpy', within(0.005, 0.2, relative(0.2))],
  ['CHF', 'Swiss franc', 'brl_per_chf', within(0.5, 20, relative(0.3))],
] as const;

/** PTAX closing bulletins, BRL per unit of foreign currency. */
export const PTAX_KEYS: readonly KeyDefinition[] = PAIRS.map(([code, name, unit, bounds]) => ({
  key: `${code}BRL_PTAX`,
  code,
  name: `PTAX closing bulletin, ${name}`,
  unit,
  frequency: 'D',
  country: 'BR',
  calendar: 'BR_ANBIMA',
  release: CLOSING,
  vintageMode: 'none',
  mandatory: code === 'USD',
  scale: scaleOf(unit),
  revises: false,
  ...bounds,
  maxStaleness: usualStaleness('D', code === 'USD'),
  verified: code === 'USD' ? VERIFIED : 'BCB field documentation',
  feeds: code === 'USD' ? EVERY_AGENT : UNREAD,
}));
