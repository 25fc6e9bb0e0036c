/** The nine groups of IPCA with approximate weights in percent (IBGE, SIDRA table 7060, variable 66). */
export const IPCA_GROUPS = [
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
