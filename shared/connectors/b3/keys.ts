import { SAO_PAULO } from '../../time.ts';
import type { KeyDefinition } from '../connector.ts';
import { nextSession, sameDay } from '../release.ts';

const EVENING = sameDay('20:00', SAO_PAULO);
const CURVES = 'silver_curves';

const FUTURE = {
  frequency: 'D',
  country: 'BR',
  calendar: 'B3',
  release: EVENING,
  vintageMode: 'first_seen',
} as const;

/** The family whose windows are the price report of a session; the file holds the other families too. */
export const PRICE_REPORT_KEY: KeyDefinition = {
  ...FUTURE,
  key: 'DI1',
  code: 'DI1',
  name: 'One-day interbank deposit futures, settlement',
  unit: 'decimal_per_year',
  mandatory: true,
  verified:
    'settlement rate equals the report’s own on 77 of 77 recorded contracts; within 0.6 bp of PRE on 2021-01-04',
  feeds: CURVES,
};

/** The curve whose windows are the swap rate file of a session; the file holds the other curves too. */
export const SWAP_FILE_KEY: KeyDefinition = {
  ...FUTURE,
  key: 'PRE',
  code: 'PRE',
  name: 'DI x pre reference curve, effective BUS/252',
  unit: 'decimal_per_year',
  mandatory: false,
  verified: 'curve code of the recorded layout; values only from the reference page',
  feeds: CURVES,
};

/** Zero-coupon inflation bonds of the Tesouro Transparente price file. */
export const TESOURO_KEY: KeyDefinition = {
  key: 'TESOURO',
  code: 'precotaxatesourodireto',
  name: 'NTN-B Principal yields, Tesouro Direto',
  unit: 'decimal_per_year',
  frequency: 'D',
  country: 'BR',
  calendar: 'BR_ANBIMA',
  release: nextSession(1, 'BR_ANBIMA', '18:00', SAO_PAULO),
  vintageMode: 'first_seen',
  mandatory: false,
  verified: 'columns as documented by the Tesouro; no recording to compare with',
  feeds: CURVES,
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
    name: 'IPCA coupon futures, settlement',
    unit: 'decimal_per_year',
    mandatory: false,
    verified: 'settlement rate equals the report’s own within its rounding on the recorded files',
    feeds: `${CURVES}; arrives with the DI1 file`,
  },
  {
    ...FUTURE,
    key: 'DDI',
    code: 'DDI',
    name: 'FX coupon futures, settlement (dirty)',
    unit: 'decimal_per_year',
    mandatory: false,
    verified: 'settlement rate equals the report’s own within its rounding on the recorded files',
    feeds: `${CURVES}; arrives with the DI1 file`,
  },
  {
    ...FUTURE,
    key: 'FRC',
    code: 'FRC',
    name: 'Forward rate agreement on the FX coupon, from the first DDI maturity',
    unit: 'decimal_per_year',
    mandatory: false,
    verified: 'equal to the forward between DDI prices within 0.0006 pp on 2021-01-04',
    feeds: `${CURVES}; arrives with the DI1 file`,
  },
  {
    ...FUTURE,
    key: 'DOL',
    code: 'DOL',
    name: 'US dollar futures, settlement',
    unit: 'brl_per_usd',
    mandatory: false,
    verified: 'settlement equals a second parse of the recorded files',
    feeds: `${CURVES}; arrives with the DI1 file`,
  },
  SWAP_FILE_KEY,
  {
    ...FUTURE,
    key: 'DIC',
    code: 'DIC',
    name: 'DI x IPCA reference curve, effective BUS/252',
    unit: 'decimal_per_year',
    mandatory: false,
    verified: 'curve code of the recorded layout; values only from the reference page',
    feeds: `${CURVES}; arrives with the PRE file`,
  },
  {
    ...FUTURE,
    key: 'DOC',
    code: 'DOC',
    name: 'Clean FX coupon reference curve, linear 360',
    unit: 'decimal_per_year',
    mandatory: false,
    verified: 'curve code of the recorded layout; values only from the reference page',
    feeds: `${CURVES}; arrives with the PRE file`,
  },
  TESOURO_KEY,
];
