import { SAO_PAULO } from '../../time.ts';
import { absolute, relative, usualStaleness, within } from '../bounds.ts';
import { STORED_ONLY, type JumpBound, type KeyDefinition } from '../connector.ts';
import { CURVE_BOUNDS } from '../curve-bounds.ts';
import { nextSession, sameDay } from '../release.ts';
import { scaleOf } from '../units.ts';

const EVENING = sameDay('20:00', SAO_PAULO);

const DI_PRE =
  'silver_curves: DI_PRE, BR_BEI, agent_monetary_policy, agent_fiscal, agent_fx_equilibrium, agent_cross_asset, agent_inflation';
const DI_IPCA = 'silver_curves: DI_IPCA, BR_BEI, agent_fiscal, agent_fx_equilibrium, agent_inflation';
const CUPOM = 'silver_curves: CUPOM_CAMBIAL, agent_fx_equilibrium';

/** Bounds of a source of a curve: those of the curve itself, and the largest change of a vertex between two sessions. */
function boundsOf(curveId: keyof typeof CURVE_BOUNDS, jumpBound: JumpBound) {
  const { above, below, minDays } = CURVE_BOUNDS[curveId];
  return { ...within(above, below, jumpBound), boundsFromDays: minDays };
}

const FUTURE = {
  frequency: 'D',
  country: 'BR',
  calendar: 'B3',
  release: EVENING,
  vintageMode: 'first_seen',
  revises: false,
  maxStaleness: usualStaleness('D', true),
} as const;

/** The family whose windows are the price report of a session; the file holds the other families too. */
export const PRICE_REPORT_KEY: KeyDefinition = {
  ...FUTURE,
  key: 'DI1',
  code: 'DI1',
  name: 'One-day interbank deposit futures, settlement',
  unit: 'decimal_per_year',
  scale: scaleOf('decimal_per_year'),
  mandatory: true,
  ...boundsOf('DI_PRE', absolute(0.05)),
  verified:
    'settlement rate equals the report’s own on 77 of 77 recorded contracts; within 0.6 bp of PRE on 2021-01-04',
  feeds: DI_PRE,
};

/** The curve whose windows are the swap rate file of a session; the file holds the other curves too. */
export const SWAP_FILE_KEY: KeyDefinition = {
  ...FUTURE,
  key: 'PRE',
  code: 'PRE',
  name: 'DI x pre reference curve, effective BUS/252',
  unit: 'decimal_per_year',
  scale: scaleOf('decimal_per_year'),
  mandatory: false,
  ...boundsOf('DI_PRE', absolute(0.05)),
  verified: 'curve code of the recorded layout; values only from the reference page',
  feeds: DI_PRE,
};

/** Zero-coupon inflation bonds of the Tesouro Transparente price file. */
export const TESOURO_KEY: KeyDefinition = {
  key: 'TESOURO',
  code: 'precotaxatesourodireto',
  name: 'NTN-B Principal yields, Tesouro Direto',
  unit: 'decimal_per_year',
  scale: scaleOf('decimal_per_year'),
  frequency: 'D',
  country: 'BR',
  calendar: 'BR_ANBIMA',
  release: nextSession(1, 'BR_ANBIMA', '18:00', SAO_PAULO),
  vintageMode: 'first_seen',
  mandatory: false,
  revises: false,
  maxStaleness: usualStaleness('D', false),
  ...within(-0.2, 0.3, absolute(0.05)),
  boundsFromDays: 30,
  verified: 'columns as documented by the Tesouro; no recording to compare with',
  feeds: 'silver_curves: NTN_B_REAL, agent_fiscal, agent_fx_equilibrium',
};

/**
 * Keys of B3. The families and curves that arrive with another key have no windows of their own: their rows come out of that
 * key’s file.
 */
export const B3_KEYS: readonly KeyDefinition[] = [
  PRICE_REPORT_KEY,
  {
    ...FUTURE,
    key: 'DAP',
    code: 'DAP',
    fileOf: PRICE_REPORT_KEY.key,
    name: 'IPCA coupon futures, settlement (in the file of DI1)',
    unit: 'decimal_per_year',
    scale: scaleOf('decimal_per_year'),
    mandatory: false,
    ...boundsOf('DI_IPCA', absolute(0.05)),
    verified: 'settlement rate equals the report’s own within its rounding on the recorded files',
    feeds: DI_IPCA,
  },
  {
    ...FUTURE,
    key: 'DDI',
    code: 'DDI',
    fileOf: PRICE_REPORT_KEY.key,
    name: 'FX coupon futures, settlement, dirty (in the file of DI1)',
    unit: 'decimal_per_year',
    scale: scaleOf('decimal_per_year'),
    mandatory: false,
    // Dirty: the price carries the move of the spot since the last PTAX, which the short contracts magnify.
    ...within(-0.1, 0.5, absolute(0.15)),
    boundsFromDays: 180,
    verified: 'settlement rate equals the report’s own within its rounding on the recorded files',
    feeds: `${STORED_ONLY}the dirty coupon; CUPOM_CAMBIAL is made of DOC and FRC`,
  },
  {
    ...FUTURE,
    key: 'FRC',
    code: 'FRC',
    fileOf: PRICE_REPORT_KEY.key,
    name: 'Forward rate agreement on the FX coupon, from the first DDI maturity (in the file of DI1)',
    unit: 'decimal_per_year',
    scale: scaleOf('decimal_per_year'),
    mandatory: false,
    ...boundsOf('CUPOM_CAMBIAL', absolute(0.05)),
    verified: 'equal to the forward between DDI prices within 0.0006 pp on 2021-01-04',
    feeds: CUPOM,
  },
  {
    ...FUTURE,
    key: 'DOL',
    code: 'DOL',
    fileOf: PRICE_REPORT_KEY.key,
    name: 'US dollar futures, settlement (in the file of DI1)',
    unit: 'brl_per_usd',
    scale: scaleOf('brl_per_usd'),
    mandatory: false,
    ...boundsOf('USDBRL_FWD', relative(0.2)),
    verified: 'settlement equals a second parse of the recorded files',
    feeds: 'silver_curves: USDBRL_FWD, agent_fx_equilibrium',
  },
  SWAP_FILE_KEY,
  {
    ...FUTURE,
    key: 'DIC',
    code: 'DIC',
    fileOf: SWAP_FILE_KEY.key,
    name: 'DI x IPCA reference curve, effective BUS/252 (in the file of PRE)',
    unit: 'decimal_per_year',
    scale: scaleOf('decimal_per_year'),
    mandatory: false,
    ...boundsOf('DI_IPCA', absolute(0.05)),
    verified: 'curve code of the recorded layout; values only from the reference page',
    feeds: DI_IPCA,
  },
  {
    ...FUTURE,
    key: 'DOC',
    code: 'DOC',
    fileOf: SWAP_FILE_KEY.key,
    name: 'Clean FX coupon reference curve, linear 360 (in the file of PRE)',
    unit: 'decimal_per_year',
    scale: scaleOf('decimal_per_year'),
    mandatory: false,
    ...boundsOf('CUPOM_CAMBIAL', absolute(0.1)),
    verified: 'curve code of the recorded layout; values only from the reference page',
    feeds: CUPOM,
  },
  TESOURO_KEY,
];
