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
