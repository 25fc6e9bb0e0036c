import type { Frequency, KeyDefinition } from '../connector.ts';
import type { DatedReleaseRule } from '../release.ts';
import { FRED_RELEASE as RELEASE } from './release.ts';

/** A FRED key, with the release clock that its vintages are stamped with. */
export interface FredKey extends KeyDefinition {
  readonly release: DatedReleaseRule;
  /** Contains dates after today (a projection of its publisher). */
  readonly isProjection: boolean;
}

type Line = readonly [
  key: string,
  id: string,
  name: string,
  unit: string,
  feeds: string,
  extra?: Partial<FredKey>,
];

const FRED_PAGE = 'title and unit of the FRED series page';
const CONTEXT = 'stored for readers of the API; no transform reads it yet';

function define(
  frequency: Frequency,
  vintageMode: 'alfred' | 'none',
  release: DatedReleaseRule,
  lines: readonly Line[],
): FredKey[] {
  return lines.map(([key, code, name, unit, feeds, extra]) => ({
    key,
    code,
    name,
    unit,
    frequency,
    country: 'US',
    calendar: frequency === 'D' ? 'US_GOV' : 'NONE',
    release,
    vintageMode,
    mandatory: false,
    verified: FRED_PAGE,
    feeds,
    isProjection: false,
    ...extra,
  }));
}

const INFLATION = 'silver_macro: agent_inflation';
const FED = 'silver_macro: agent_monetary_policy (MONETARY_US_FED_STANCE)';
const YIELD = { expectedRange: [-1, 20] as const };

/** Every FRED series we know. Revised series are read with their vintages, market series with a lag rule. */
export const FRED_KEYS: readonly FredKey[] = [
  ...define('M', 'alfred', RELEASE.cpi, [
    [
      'US_CPI_ALL_SA',
      'CPIAUCSL',
      'CPI, all urban consumers, seasonally adjusted',
      'index',
      INFLATION,
      { expectedRange: [50, 500] },
    ],
    [
      'US_CPI_CORE',
      'CPILFESL',
      'Core CPI, seasonally adjusted',
      'index',
      INFLATION,
      { expectedRange: [50, 500] },
    ],
  ]),
  ...define('M', 'none', RELEASE.cpi, [
    [
      'US_CPI_ALL_NSA',
      'CPIAUCNS',
      'CPI, all urban consumers, not seasonally adjusted',
      'index',
      CONTEXT,
      { expectedRange: [50, 500] },
    ],
  ]),
  ...define('M', 'alfred', RELEASE.cpiDerived, [
    ['US_CPI_TRIMMED', 'TRMMEANCPIM158SFRBCLE', 'CPI, 16 % trimmed mean', 'percent_annualised', CONTEXT],
    ['US_CPI_MEDIAN', 'MEDCPIM158SFRBCLE', 'CPI, median', 'percent_annualised', CONTEXT],
    ['US_CPI_STICKY', 'STICKCPIM157SFRBATL', 'CPI, sticky prices', 'percent_per_month', CONTEXT],
    ['US_CPI_FLEXIBLE', 'FLEXCPIM157SFRBATL', 'CPI, flexible prices', 'percent_per_month', CONTEXT],
    [
      'US_CLEV_EXPINF_5Y',
      'EXPINF5YR',
      'Cleveland Fed expected inflation, 5 years',
      'percent_per_year',
      INFLATION,
    ],
  ]),
  ...define('M', 'alfred', RELEASE.consumption, [
    ['US_PCE_HEADLINE', 'PCEPI', 'PCE price index', 'index', INFLATION],
    [
      'US_PCE_CORE',
      'PCEPILFE',
      'Core PCE price index',
      'index',
      `${INFLATION}, agent_monetary_policy`,
      { expectedRange: [50, 500] },
    ],
    [
      'US_PCE_SUPERCORE',
      'IA001260M',
      'PCE services without energy and housing, price index',
      'index',
      INFLATION,
    ],
    ['US_PERSONAL_INCOME', 'PI', 'Personal income, annual rate', 'usd_billion', CONTEXT],
    ['US_PERSONAL_SPENDING', 'PCE', 'Personal consumption expenditures, annual rate', 'usd_billion', CONTEXT],
  ]),
  ...define('M', 'alfred', RELEASE.ppi, [
    ['US_PPI_ALL', 'PPIACO', 'PPI, all commodities, not seasonally adjusted', 'index', CONTEXT],
  ]),
  ...define('M', 'none', RELEASE.michigan, [
    ['US_MICHIGAN_INF_1Y', 'MICH', 'University of Michigan expected inflation, 1 year', 'percent', INFLATION],
  ]),
  ...define('M', 'alfred', RELEASE.michigan, [
    ['US_CONSUMER_SENT', 'UMCSENT', 'University of Michigan consumer sentiment', 'index', CONTEXT],
  ]),
  ...define('Q', 'alfred', RELEASE.projection, [
    [
      'US_GDP_POTENTIAL',
      'GDPPOT',
      'Potential GDP (CBO), 10-year projection',
      'usd_billion_chained',
      FED,
      { isProjection: true },
    ],
    [
      'US_NROU',
      'NROU',
      'Noncyclical rate of unemployment (CBO), 10-year projection',
      'percent',
      INFLATION,
      { isProjection: true },
    ],
    [
      'US_NROU_ST',
      'NROUST',
      'Short-term natural rate of unemployment (CBO)',
      'percent',
      CONTEXT,
      { isProjection: true, disabled: 'discontinued after the projection of February 2021' },
    ],
    [
      'US_OUTPUT_GAP',
      'GDPGAP',
      'Output gap',
      'percent',
      CONTEXT,
      {
        isProjection: true,
        disabled: 'no FRED series has this id: the gap is computed from GDPC1 and GDPPOT',
        verified: 'not found',
      },
    ],
  ]),
  ...define('M', 'alfred', RELEASE.employment, [
    ['US_LABOR_FORCE_PART', 'CIVPART', 'Labour force participation rate', 'percent', CONTEXT],
    ['US_EMPLOYMENT_POP', 'EMRATIO', 'Employment-population ratio', 'percent', CONTEXT],
    ['US_NFP_TOTAL', 'PAYEMS', 'Employees on nonfarm payrolls', 'thousand_persons', CONTEXT],
    ['US_NFP_PRIVATE', 'USPRIV', 'Employees on private payrolls', 'thousand_persons', CONTEXT],
    ['US_UNEMP_U3', 'UNRATE', 'Unemployment rate', 'percent', INFLATION, { expectedRange: [1, 25] }],
    ['US_UNEMP_U6', 'U6RATE', 'Unemployment rate, U-6', 'percent', CONTEXT, { expectedRange: [1, 35] }],
    ['US_AVG_HOURLY_EARN', 'CES0500000003', 'Average hourly earnings, private', 'usd_per_hour', CONTEXT],
  ]),
  ...define('Q', 'alfred', RELEASE.gdp, [
    ['US_GDP_REAL', 'GDPC1', 'Real GDP, annual rate', 'usd_billion_chained', FED],
  ]),
  ...define('M', 'alfred', RELEASE.jobOpenings, [
    ['US_JOLTS_OPENINGS', 'JTSJOL', 'Job openings', 'thousand', CONTEXT],
    ['US_JOLTS_QUITS', 'JTSQUR', 'Quits rate', 'percent', CONTEXT],
  ]),
  ...define('W', 'alfred', RELEASE.initialClaims, [
    ['US_INITIAL_CLAIMS', 'ICSA', 'Initial claims, seasonally adjusted', 'persons', CONTEXT],
  ]),
  ...define('W', 'alfred', RELEASE.continuedClaims, [
    ['US_CONT_CLAIMS', 'CCSA', 'Continued claims, seasonally adjusted', 'persons', CONTEXT],
  ]),
  ...define('M', 'alfred', RELEASE.industry, [
    ['US_INDPRO', 'INDPRO', 'Industrial production', 'index', CONTEXT],
    ['US_CAP_UTIL', 'TCU', 'Capacity utilisation', 'percent', CONTEXT],
  ]),
  ...define('M', 'alfred', RELEASE.retail, [
    ['US_RETAIL_TOTAL', 'RSAFS', 'Advance retail and food sales', 'usd_million', CONTEXT],
    ['US_RETAIL_EX_AUTO', 'RSFSXMV', 'Retail and food sales without motor vehicles', 'usd_million', CONTEXT],
  ]),
  ...define('M', 'alfred', RELEASE.housing, [
    ['US_HOUSING_STARTS', 'HOUST', 'Housing starts, annual rate', 'thousand', CONTEXT],
    ['US_BUILDING_PERMITS', 'PERMIT', 'Building permits, annual rate', 'thousand', CONTEXT],
  ]),
  ...define('M', 'alfred', RELEASE.chicagoActivity, [
    ['US_CFNAI', 'CFNAI', 'Chicago Fed national activity index', 'index', CONTEXT],
  ]),
  ...define('W', 'alfred', RELEASE.financialConditions, [
    ['US_NFCI', 'NFCI', 'Chicago Fed national financial conditions index', 'index', CONTEXT],
  ]),
  ...define('Q', 'alfred', RELEASE.federalDebt, [
    ['US_FED_DEBT', 'GFDEBTN', 'Federal debt', 'usd_million', CONTEXT],
  ]),
  ...define('Q', 'alfred', RELEASE.federalDebtShare, [
    ['US_DEBT_GDP', 'GFDEGDQ188S', 'Federal debt', 'percent_of_gdp', CONTEXT],
  ]),
  ...define('W', 'none', RELEASE.balanceSheet, [
    ['US_FED_TOTAL_ASSETS', 'WALCL', 'Federal Reserve total assets, Wednesday level', 'usd_million', CONTEXT],
    ['US_TGA', 'WTREGEN', 'Treasury General Account, week average (a liability)', 'usd_million', CONTEXT],
    ['US_FED_TREASURIES', 'TREAST', 'Treasuries held outright, Wednesday level', 'usd_million', CONTEXT],
    ['US_FED_MBS', 'WSHOMCB', 'MBS held outright, Wednesday level', 'usd_million', CONTEXT],
  ]),
  ...define('D', 'none', RELEASE.market, [
    [
      'US_FED_FUNDS',
      'DFF',
      'Effective federal funds rate, every calendar day',
      'percent_per_year',
      FED,
      { mandatory: true, expectedRange: [0, 25] },
    ],
    [
      'US_SOFR',
      'SOFR',
      'Secured overnight financing rate',
      'percent_per_year',
      'silver_curves: FX_BR_CIP_BASIS',
      { expectedRange: [-1, 25] },
    ],
    [
      'US_UST_2Y',
      'DGS2',
      'Treasury constant maturity, 2 years',
      'percent_per_year',
      'silver_macro: agent_cross_asset',
      { mandatory: true, ...YIELD },
    ],
    [
      'US_UST_5Y',
      'DGS5',
      'Treasury constant maturity, 5 years',
      'percent_per_year',
      'silver_macro: agent_cross_asset',
      YIELD,
    ],
    [
      'US_UST_10Y',
      'DGS10',
      'Treasury constant maturity, 10 years',
      'percent_per_year',
      'silver_macro: agent_cross_asset',
      { mandatory: true, ...YIELD },
    ],
    ['US_UST_30Y', 'DGS30', 'Treasury constant maturity, 30 years', 'percent_per_year', CONTEXT, YIELD],
    [
      'US_TIPS_5Y',
      'DFII5',
      'TIPS constant maturity, 5 years',
      'percent_per_year',
      'silver_macro: agent_fx_equilibrium (FX_BR_BEER)',
    ],
    ['US_TIPS_10Y', 'DFII10', 'TIPS constant maturity, 10 years', 'percent_per_year', CONTEXT],
    ['US_BEI_5Y', 'T5YIE', 'Breakeven inflation, 5 years', 'percent_per_year', INFLATION],
    ['US_BEI_10Y', 'T10YIE', 'Breakeven inflation, 10 years', 'percent_per_year', INFLATION],
    [
      'US_FWD_INF_5Y5Y',
      'T5YIFR',
      'Forward breakeven inflation, 5 years in 5 years',
      'percent_per_year',
      CONTEXT,
    ],
    ['US_ON_RRP', 'RRPONTSYD', 'Overnight reverse repurchases', 'usd_billion', CONTEXT],
    [
      'US_HY_OAS',
      'BAMLH0A0HYM2',
      'ICE BofA high yield spread (three years back only, by licence)',
      'percent',
      'silver_macro: agent_cross_asset',
    ],
    [
      'US_IG_OAS',
      'BAMLC0A0CM',
      'ICE BofA corporate spread (three years back only, by licence)',
      'percent',
      CONTEXT,
    ],
    ['US_VIX_CLOSE', 'VIXCLS', 'VIX, close', 'index', 'cross-check of the VIX bars'],
  ]),
  ...define('D', 'none', RELEASE.broadDollar, [
    [
      'US_DOLLAR_BROAD',
      'DTWEXBGS',
      'Broad dollar index (January 2006 = 100)',
      'index',
      'cross-check of the DXY bars',
    ],
  ]),
];
