import { SGS_KEYS } from '../../../shared/connectors/bcb_sgs/registry.ts';
import { FRED_KEYS } from '../../../shared/connectors/fred/registry.ts';

/** What the series that silver derives from others are made of. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  BR_ACTIVITY_GAP: ['BR_IBC_BR', 'BR_UNEMPLOYMENT', 'BR_CAPACITY_UTIL'],
  BR_CAPACITY_GAP: ['BR_CAPACITY_UTIL'],
  BR_INFLATION_EXPECTATION_BLEND: ['BR_IPCA_MOM'],
  BR_LABOUR_GAP: ['BR_UNEMPLOYMENT'],
  BR_OUTPUT_GAP: ['BR_IBC_BR'],
  BR_OUTPUT_GAP_HAMILTON: ['BR_IBC_BR'],
  BR_REAL_RATE_EX_ANTE: ['BR_SELIC_TARGET', 'BR_IPCA_MOM'],
  US_OUTPUT_GAP: ['US_GDP_REAL', 'US_GDP_POTENTIAL'],
  US_OUTPUT_GAP_HP: ['US_GDP_REAL'],
  US_UNEMPLOYMENT_GAP: ['US_NROU', 'US_UNEMP_U3'],
};

const CODES: ReadonlyMap<string, string> = new Map([
  ...SGS_KEYS.map(({ key, code }): [string, string] => [key, `SGS ${code}`]),
  ...FRED_KEYS.map(({ key, code }): [string, string] => [key, `FRED ${code}`]),
]);

/** Names a series by provider and code, `SGS 5793`; a derived series by its sources, another by its own key. */
export function describeKey(key: string): string {
  const sources = DERIVED[key] ?? [key];
  return sources.map((source) => CODES.get(source) ?? source).join(' + ');
}
