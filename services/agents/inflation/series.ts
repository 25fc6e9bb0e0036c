/** Core measures of IPCA: their mean is "the core". */
export const CORES = [
  'BR_IPCA_CORE_MA',
  'BR_IPCA_CORE_MS',
  'BR_IPCA_CORE_EX0',
  'BR_IPCA_CORE_EX3',
  'BR_IPCA_CORE_DP',
  'BR_IPCA_CORE_P55',
  'BR_IPCA_CORE_EX_FE',
] as const;

/** The nine groups of IPCA with approximate weights in percent (IBGE, SIDRA table 7060, variable 66). */
export const GROUPS = [
  { key: 'BR_IPCA_COMP_FOOD', weight: 20.5 },
  { key: 'BR_IPCA_COMP_HOUSING', weight: 15 },
  { key: 'BR_IPCA_COMP_HOUSEHOLD', weight: 4 },
  { key: 'BR_IPCA_COMP_CLOTHING', weight: 5 },
  { key: 'BR_IPCA_COMP_TRANSPORT', weight: 20.5 },
  { key: 'BR_IPCA_COMP_COMMUNICATION', weight: 5 },
  { key: 'BR_IPCA_COMP_HEALTH', weight: 13.5 },
  { key: 'BR_IPCA_COMP_PERSONAL', weight: 10.5 },
  { key: 'BR_IPCA_COMP_EDUCATION', weight: 6 },
] as const;
