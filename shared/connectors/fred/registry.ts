import { absolute, relative, usualStaleness, within, type Bounds } from '../bounds.ts';
import { CROSS_CHECK, STORED_ONLY, type Frequency, type KeyDefinition } from '../connector.ts';
import type { DatedReleaseRule } from '../release.ts';
import { scaleOf, type Unit } from '../units.ts';
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
  unit: Unit,
  feeds: string,
  bounds: Bounds,
  extra?: Partial<FredKey>,
];

const FRED_PAGE = 'title and unit of the FRED series page';
const UNREAD = `${STORED_ONLY}no agent reads it yet`;

function define(
  frequency: Frequency,
  vintageMode: 'alfred' | 'none',
  release: DatedReleaseRule,
  lines: readonly Line[],
): FredKey[] {
  return lines.map(([key, code, name, unit, feeds, bounds, extra]) => ({
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
    scale: scaleOf(unit),
    // The vintages of a series are kept because it is revised.
    revises: vintageMode === 'alfred',
    maxStaleness: usualStaleness(frequency, extra?.mandatory ?? false),
    verified: FRED_PAGE,
    feeds,
    isProjection: false,
    ...bounds,
    ...extra,
  }));
}

const INFLATION = 'silver_macro: agent_inflation';
const FED = 'silver_macro: agent_monetary_policy (MONETARY_US_FED_STANCE)';
const YIELD = within(-1, 20, absolute(1.5));

/** Every FRED series we know. Revised series are read with their vintages, market series with a lag rule. */
export const FRED_KEYS: readonly FredKey[] = [
  ...define('M', 'alfred', RELEASE.cpi, [
    [
      'US_CPI_ALL_SA',
      'CPIAUCSL',
      'CPI, all urban consumers, seasonally adjusted',
      'index',
      'silver_macro: agent_fx_equilibrium',
      within(50, 500, relative(0.03)),
    ],
    [
      'US_CPI_CORE',
      'CPILFESL',
      'Core CPI, seasonally adjusted',
      'index',
      INFLATION,
      within(50, 500, relative(0.02)),
    ],
  ]),
  ...define('M', 'none', RELEASE.cpi, [
    [
      'US_CPI_ALL_NSA',
      'CPIAUCNS',
      'CPI, all urban consumers, not seasonally adjusted',
      'index',
      UNREAD,
      within(50, 500, relative(0.03)),
    ],
  ]),
  ...define('M', 'alfred', RELEASE.cpiDerived, [
    [
      'US_CPI_TRIMMED',
      'TRMMEANCPIM158SFRBCLE',
      'CPI, 16 % trimmed mean',
      'percent_annualised',
      UNREAD,
      within(-2, 12, absolute(5.5)),
    ],
    [
      'US_CPI_MEDIAN',
      'MEDCPIM158SFRBCLE',
      'CPI, median',
      'percent_annualised',
      UNREAD,
      within(-2, 12, absolute(4)),
    ],
    [
      'US_CPI_STICKY',
      'STICKCPIM157SFRBATL',
      'CPI, sticky prices',
      'percent_per_month',
      UNREAD,
      within(-2, 4, absolute(2)),
    ],
    [
      'US_CPI_FLEXIBLE',
      'FLEXCPIM157SFRBATL',
      'CPI, flexible prices',
      'percent_per_month',
      UNREAD,
      within(-15, 10, absolute(12)),
    ],
    [
      'US_CLEV_EXPINF_5Y',
      'EXPINF5YR',
      'Cleveland Fed expected inflation, 5 years',
      'percent_per_year',
      UNREAD,
      within(-1, 10, absolute(1.5)),
    ],
  ]),
  ...define('M', 'alfred', RELEASE.consumption, [
    ['US_PCE_HEADLINE', 'PCEPI', 'PCE price index', 'index', UNREAD, within(20, 500, relative(0.03))],
    [
      'US_PCE_CORE',
      'PCEPILFE',
      'Core PCE price index',
      'index',
      `${INFLATION}, agent_monetary_policy`,
      within(50, 500, relative(0.02)),
    ],
    [
      'US_PCE_SUPERCORE',
      'IA001260M',
      'PCE services without energy and housing, price index',
      'index',
      INFLATION,
      within(10, 500, relative(0.05)),
    ],
    [
      'US_PERSONAL_INCOME',
      'PI',
      'Personal income, annual rate',
      'usd_billion',
      UNREAD,
      within(1_000, 1e5, relative(0.3)),
    ],
    [
      'US_PERSONAL_SPENDING',
      'PCE',
      'Personal consumption expenditures, annual rate',
      'usd_billion',
      UNREAD,
      within(1_000, 1e5, relative(0.2)),
    ],
  ]),
  ...define('M', 'alfred', RELEASE.ppi, [
    [
      'US_PPI_ALL',
      'PPIACO',
      'PPI, all commodities, not seasonally adjusted',
      'index',
      UNREAD,
      within(20, 800, relative(0.1)),
    ],
  ]),
  ...define('M', 'none', RELEASE.michigan, [
    [
      'US_MICHIGAN_INF_1Y',
      'MICH',
      'University of Michigan expected inflation, 1 year',
      'percent',
      INFLATION,
      within(-2, 15, absolute(3)),
    ],
  ]),
  ...define('M', 'alfred', RELEASE.michigan, [
    [
      'US_CONSUMER_SENT',
      'UMCSENT',
      'University of Michigan consumer sentiment',
      'index',
      UNREAD,
      within(20, 150, relative(0.4)),
    ],
  ]),
  ...define('Q', 'alfred', RELEASE.projection, [
    [
      'US_GDP_POTENTIAL',
      'GDPPOT',
      'Potential GDP (CBO), 10-year projection',
      'usd_billion_chained',
      'silver_macro: US_OUTPUT_GAP, agent_monetary_policy (MONETARY_US_FED_STANCE)',
      within(2_000, 1e5, relative(0.05)),
      { isProjection: true },
    ],
    [
      'US_NROU',
      'NROU',
      'Noncyclical rate of unemployment (CBO), 10-year projection',
      'percent',
      'silver_macro: US_UNEMPLOYMENT_GAP',
      within(1, 12, absolute(1)),
      { isProjection: true },
    ],
    [
      'US_NROU_ST',
      'NROUST',
      'Short-term natural rate of unemployment (CBO)',
      'percent',
      UNREAD,
      {},
      { isProjection: true, disabled: 'discontinued after the projection of February 2021' },
    ],
    [
      'US_OUTPUT_GAP',
      'GDPGAP',
      'Output gap',
      'percent',
      UNREAD,
      {},
      {
        isProjection: true,
        disabled: 'no FRED series has this id: the gap is computed from GDPC1 and GDPPOT',
        verified: 'not found',
      },
    ],
  ]),
  ...define('M', 'alfred', RELEASE.employment, [
    [
      'US_LABOR_FORCE_PART',
      'CIVPART',
      'Labour force participation rate',
      'percent',
      UNREAD,
      within(40, 80, absolute(4)),
    ],
    [
      'US_EMPLOYMENT_POP',
      'EMRATIO',
      'Employment-population ratio',
      'percent',
      UNREAD,
      within(40, 80, absolute(12)),
    ],
    [
      'US_NFP_TOTAL',
      'PAYEMS',
      'Employees on nonfarm payrolls',
      'thousand_persons',
      UNREAD,
      within(20_000, 3e5, relative(0.2)),
    ],
    [
      'US_NFP_PRIVATE',
      'USPRIV',
      'Employees on private payrolls',
      'thousand_persons',
      UNREAD,
      within(20_000, 3e5, relative(0.2)),
    ],
    [
      'US_UNEMP_U3',
      'UNRATE',
      'Unemployment rate',
      'percent',
      'silver_macro: US_UNEMPLOYMENT_GAP',
      within(1, 25, absolute(12)),
    ],
    ['US_UNEMP_U6', 'U6RATE', 'Unemployment rate, U-6', 'percent', UNREAD, within(1, 35, absolute(16))],
    [
      'US_AVG_HOURLY_EARN',
      'CES0500000003',
      'Average hourly earnings, private',
      'usd_per_hour',
      UNREAD,
      within(5, 200, relative(0.1)),
    ],
  ]),
  ...define('Q', 'alfred', RELEASE.gdp, [
    [
      'US_GDP_REAL',
      'GDPC1',
      'Real GDP, annual rate',
      'usd_billion_chained',
      'silver_macro: US_OUTPUT_GAP, US_OUTPUT_GAP_HAMILTON, US_OUTPUT_GAP_HP, agent_monetary_policy (MONETARY_US_FED_STANCE)',
      within(2_000, 1e5, relative(0.12)),
    ],
  ]),
  ...define('M', 'alfred', RELEASE.jobOpenings, [
    ['US_JOLTS_OPENINGS', 'JTSJOL', 'Job openings', 'thousand', UNREAD, within(500, 40_000, relative(0.35))],
    ['US_JOLTS_QUITS', 'JTSQUR', 'Quits rate', 'percent', UNREAD, within(0.3, 10, absolute(1))],
  ]),
  ...define('W', 'alfred', RELEASE.initialClaims, [
    [
      'US_INITIAL_CLAIMS',
      'ICSA',
      'Initial claims, seasonally adjusted',
      'persons',
      UNREAD,
      within(100_000, 1e7, absolute(3.5e6)),
    ],
  ]),
  ...define('W', 'alfred', RELEASE.continuedClaims, [
    [
      'US_CONT_CLAIMS',
      'CCSA',
      'Continued claims, seasonally adjusted',
      'persons',
      UNREAD,
      within(500_000, 4e7, relative(2)),
    ],
  ]),
  ...define('M', 'alfred', RELEASE.industry, [
    ['US_INDPRO', 'INDPRO', 'Industrial production', 'index', UNREAD, within(10, 300, relative(0.2))],
    ['US_CAP_UTIL', 'TCU', 'Capacity utilisation', 'percent', UNREAD, within(40, 100, absolute(14))],
  ]),
  ...define('M', 'alfred', RELEASE.retail, [
    [
      'US_RETAIL_TOTAL',
      'RSAFS',
      'Advance retail and food sales',
      'usd_million',
      UNREAD,
      within(50_000, 3e6, relative(0.3)),
    ],
    [
      'US_RETAIL_EX_AUTO',
      'RSFSXMV',
      'Retail and food sales without motor vehicles',
      'usd_million',
      UNREAD,
      within(50_000, 3e6, relative(0.3)),
    ],
  ]),
  ...define('M', 'alfred', RELEASE.housing, [
    [
      'US_HOUSING_STARTS',
      'HOUST',
      'Housing starts, annual rate',
      'thousand',
      UNREAD,
      within(200, 4_000, relative(0.45)),
    ],
    [
      'US_BUILDING_PERMITS',
      'PERMIT',
      'Building permits, annual rate',
      'thousand',
      UNREAD,
      within(200, 4_000, relative(0.45)),
    ],
  ]),
  ...define('M', 'alfred', RELEASE.chicagoActivity, [
    [
      'US_CFNAI',
      'CFNAI',
      'Chicago Fed national activity index',
      'index',
      UNREAD,
      within(-25, 15, absolute(30)),
    ],
  ]),
  ...define('W', 'alfred', RELEASE.financialConditions, [
    [
      'US_NFCI',
      'NFCI',
      'Chicago Fed national financial conditions index',
      'index',
      FED,
      within(-3, 8, absolute(1)),
    ],
  ]),
  ...define('Q', 'alfred', RELEASE.federalDebt, [
    ['US_FED_DEBT', 'GFDEBTN', 'Federal debt', 'usd_million', UNREAD, within(1e6, 2e8, relative(0.25))],
  ]),
  ...define('Q', 'alfred', RELEASE.federalDebtShare, [
    ['US_DEBT_GDP', 'GFDEGDQ188S', 'Federal debt', 'percent_of_gdp', UNREAD, within(20, 250, absolute(40))],
  ]),
  ...define('W', 'none', RELEASE.balanceSheet, [
    [
      'US_FED_TOTAL_ASSETS',
      'WALCL',
      'Federal Reserve total assets, Wednesday level',
      'usd_million',
      UNREAD,
      within(3e5, 3e7, relative(0.4)),
    ],
    [
      'US_TGA',
      'WTREGEN',
      'Treasury General Account, week average (a liability)',
      'usd_million',
      UNREAD,
      within(1_000, 5e6, absolute(5e5)),
    ],
    [
      'US_FED_TREASURIES',
      'TREAST',
      'Treasuries held outright, Wednesday level',
      'usd_million',
      UNREAD,
      within(1e5, 2e7, relative(0.3)),
    ],
    [
      'US_FED_MBS',
      'WSHOMCB',
      'MBS held outright, Wednesday level',
      'usd_million',
      UNREAD,
      within(0, 1e7, absolute(5e5)),
    ],
  ]),
  ...define('D', 'none', RELEASE.market, [
    [
      'US_FED_FUNDS',
      'DFF',
      'Effective federal funds rate, every calendar day',
      'percent_per_year',
      `${FED}, agent_fx_equilibrium`,
      within(0, 25, absolute(4)),
      { mandatory: true },
    ],
    [
      'US_SOFR',
      'SOFR',
      'Secured overnight financing rate',
      'percent_per_year',
      'silver_macro: agent_fx_equilibrium (FX_BR_CIP_BASIS)',
      within(-1, 25, absolute(4)),
    ],
    [
      'US_UST_2Y',
      'DGS2',
      'Treasury constant maturity, 2 years',
      'percent_per_year',
      'silver_macro: agent_cross_asset',
      YIELD,
      { mandatory: true },
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
      YIELD,
      { mandatory: true },
    ],
    ['US_UST_30Y', 'DGS30', 'Treasury constant maturity, 30 years', 'percent_per_year', UNREAD, YIELD],
    [
      'US_TIPS_5Y',
      'DFII5',
      'TIPS constant maturity, 5 years',
      'percent_per_year',
      'silver_macro: agent_fx_equilibrium (FX_BR_BEER)',
      within(-5, 10, absolute(1.5)),
    ],
    [
      'US_TIPS_10Y',
      'DFII10',
      'TIPS constant maturity, 10 years',
      'percent_per_year',
      UNREAD,
      within(-5, 10, absolute(1.5)),
    ],
    [
      'US_BEI_5Y',
      'T5YIE',
      'Breakeven inflation, 5 years',
      'percent_per_year',
      INFLATION,
      within(-5, 10, absolute(3)),
    ],
    [
      'US_BEI_10Y',
      'T10YIE',
      'Breakeven inflation, 10 years',
      'percent_per_year',
      `${INFLATION}, agent_monetary_policy`,
      within(-3, 10, absolute(1.5)),
    ],
    [
      'US_FWD_INF_5Y5Y',
      'T5YIFR',
      'Forward breakeven inflation, 5 years in 5 years',
      'percent_per_year',
      UNREAD,
      within(-2, 10, absolute(3)),
    ],
    [
      'US_ON_RRP',
      'RRPONTSYD',
      'Overnight reverse repurchases',
      'usd_billion',
      UNREAD,
      within(0, 5_000, absolute(800)),
    ],
    [
      'US_HY_OAS',
      'BAMLH0A0HYM2',
      'ICE BofA high yield spread (three years back only, by licence)',
      'percent',
      'silver_macro: agent_cross_asset',
      within(0.5, 30, absolute(4)),
    ],
    [
      'US_IG_OAS',
      'BAMLC0A0CM',
      'ICE BofA corporate spread (three years back only, by licence)',
      'percent',
      UNREAD,
      within(0.1, 10, absolute(1.5)),
    ],
    [
      'US_VIX_CLOSE',
      'VIXCLS',
      'VIX, close',
      'index',
      `${CROSS_CHECK}the bars of VIX`,
      within(5, 150, relative(1.8)),
    ],
  ]),
  ...define('D', 'none', RELEASE.broadDollar, [
    [
      'US_DOLLAR_BROAD',
      'DTWEXBGS',
      'Broad dollar index (January 2006 = 100)',
      'index',
      `${CROSS_CHECK}the bars of DXY`,
      within(50, 250, relative(0.1)),
    ],
  ]),
];
