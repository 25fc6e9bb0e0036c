/** What `/fred/series` says about a series. Written down from FRED's own pages, not recorded: the answer is marked. */
export interface FredSeriesTitle {
  readonly title: string;
  readonly units: string;
  readonly unitsShort: string;
  readonly frequency: 'Daily' | 'Weekly' | 'Monthly' | 'Quarterly';
  readonly seasonallyAdjusted: boolean;
}

const INDEX_1982 = ['Index 1982-1984=100', 'Index 1982-84=100'] as const;

function describe(
  title: string,
  frequency: FredSeriesTitle['frequency'],
  [units, unitsShort]: readonly [string, string],
  seasonallyAdjusted: boolean,
): FredSeriesTitle {
  return { title, units, unitsShort, frequency, seasonallyAdjusted };
}

const PERCENT = ['Percent', '%'] as const;
const THOUSANDS = ['Thousands of Persons', 'Thous. of Persons'] as const;
const MILLIONS_USD = ['Millions of U.S. Dollars', 'Mil. of U.S. $'] as const;
const BILLIONS_USD = ['Billions of US Dollars', 'Bil. of US $'] as const;

/** Titles of the FRED ids the recordings hold; `units` are those of the 2026 vintages (WTREGEN in millions). */
export const FRED_SERIES: Readonly<Record<string, FredSeriesTitle>> = {
  BAMLC0A0CM: describe('ICE BofA US Corporate Index Option-Adjusted Spread', 'Daily', PERCENT, false),
  BAMLH0A0HYM2: describe('ICE BofA US High Yield Index Option-Adjusted Spread', 'Daily', PERCENT, false),
  CES0500000003: describe(
    'Average Hourly Earnings of All Employees, Total Private',
    'Monthly',
    ['Dollars per Hour', '$ per Hour'],
    true,
  ),
  CFNAI: describe('Chicago Fed National Activity Index', 'Monthly', ['Index', 'Index'], false),
  CIVPART: describe('Labor Force Participation Rate', 'Monthly', PERCENT, true),
  CPIAUCSL: describe(
    'Consumer Price Index for All Urban Consumers: All Items in U.S. City Average',
    'Monthly',
    INDEX_1982,
    true,
  ),
  CPILFESL: describe(
    'Consumer Price Index for All Urban Consumers: All Items Less Food and Energy in U.S. City Average',
    'Monthly',
    INDEX_1982,
    true,
  ),
  DFF: describe('Federal Funds Effective Rate', 'Daily', PERCENT, false),
  DFII10: describe(
    'Market Yield on U.S. Treasury Securities at 10-Year Constant Maturity, Inflation-Indexed',
    'Daily',
    PERCENT,
    false,
  ),
  DGS10: describe(
    'Market Yield on U.S. Treasury Securities at 10-Year Constant Maturity',
    'Daily',
    PERCENT,
    false,
  ),
  DGS2: describe(
    'Market Yield on U.S. Treasury Securities at 2-Year Constant Maturity',
    'Daily',
    PERCENT,
    false,
  ),
  DGS30: describe(
    'Market Yield on U.S. Treasury Securities at 30-Year Constant Maturity',
    'Daily',
    PERCENT,
    false,
  ),
  DGS5: describe(
    'Market Yield on U.S. Treasury Securities at 5-Year Constant Maturity',
    'Daily',
    PERCENT,
    false,
  ),
  DTWEXBGS: describe(
    'Nominal Broad U.S. Dollar Index',
    'Daily',
    ['Index Jan 2006=100', 'Index Jan 2006=100'],
    false,
  ),
  GDPC1: describe(
    'Real Gross Domestic Product',
    'Quarterly',
    ['Billions of Chained 2017 Dollars', 'Bil. of Chn. 2017 $'],
    true,
  ),
  GFDEBTN: describe(
    'Federal Debt: Total Public Debt',
    'Quarterly',
    ['Millions of Dollars', 'Mil. of $'],
    false,
  ),
  HOUST: describe(
    'New Privately-Owned Housing Units Started: Total Units',
    'Monthly',
    ['Thousands of Units', 'Thous. of Units'],
    true,
  ),
  ICSA: describe('Initial Claims', 'Weekly', ['Number', 'Number'], true),
  INDPRO: describe(
    'Industrial Production: Total Index',
    'Monthly',
    ['Index 2017=100', 'Index 2017=100'],
    true,
  ),
  JTSJOL: describe('Job Openings: Total Nonfarm', 'Monthly', ['Level in Thousands', 'Level in Thous.'], true),
  JTSQUR: describe('Quits: Total Nonfarm', 'Monthly', ['Rate', 'Rate'], true),
  MEDCPIM158SFRBCLE: describe(
    'Median Consumer Price Index',
    'Monthly',
    ['Percent Change at Annual Rate', '% Chg. at Annual Rate'],
    true,
  ),
  NFCI: describe('Chicago Fed National Financial Conditions Index', 'Weekly', ['Index', 'Index'], false),
  PAYEMS: describe('All Employees, Total Nonfarm', 'Monthly', THOUSANDS, true),
  PCE: describe('Personal Consumption Expenditures', 'Monthly', ['Billions of Dollars', 'Bil. of $'], true),
  PCEPI: describe(
    'Personal Consumption Expenditures: Chain-type Price Index',
    'Monthly',
    ['Index 2017=100', 'Index 2017=100'],
    true,
  ),
  PCEPILFE: describe(
    'Personal Consumption Expenditures Excluding Food and Energy (Chain-Type Price Index)',
    'Monthly',
    ['Index 2017=100', 'Index 2017=100'],
    true,
  ),
  PPIACO: describe(
    'Producer Price Index by Commodity: All Commodities',
    'Monthly',
    ['Index 1982=100', 'Index 1982=100'],
    false,
  ),
  RRPONTSYD: describe(
    'Overnight Reverse Repurchase Agreements: Treasury Securities Sold by the Federal Reserve in the Temporary Open Market Operations',
    'Daily',
    BILLIONS_USD,
    false,
  ),
  SOFR: describe('Secured Overnight Financing Rate', 'Daily', PERCENT, false),
  T10YIE: describe('10-Year Breakeven Inflation Rate', 'Daily', PERCENT, false),
  T5YIE: describe('5-Year Breakeven Inflation Rate', 'Daily', PERCENT, false),
  T5YIFR: describe('5-Year, 5-Year Forward Inflation Expectation Rate', 'Daily', PERCENT, false),
  TRMMEANCPIM158SFRBCLE: describe(
    '16% Trimmed-Mean Consumer Price Index',
    'Monthly',
    ['Percent Change at Annual Rate', '% Chg. at Annual Rate'],
    true,
  ),
  U6RATE: describe(
    'Total Unemployed, Plus All Persons Marginally Attached to the Labor Force, Plus Total Employed Part Time for Economic Reasons',
    'Monthly',
    PERCENT,
    true,
  ),
  UMCSENT: describe(
    'University of Michigan: Consumer Sentiment',
    'Monthly',
    ['Index 1966:Q1=100', 'Index 1966:Q1=100'],
    false,
  ),
  UNRATE: describe('Unemployment Rate', 'Monthly', PERCENT, true),
  USPRIV: describe('All Employees, Total Private', 'Monthly', THOUSANDS, true),
  VIXCLS: describe('CBOE Volatility Index: VIX', 'Daily', ['Index', 'Index'], false),
  WALCL: describe(
    'Assets: Total Assets: Total Assets (Less Eliminations from Consolidation): Wednesday Level',
    'Weekly',
    MILLIONS_USD,
    false,
  ),
  WTREGEN: describe(
    'Liabilities and Capital: Liabilities: Deposits with F.R. Banks, Other Than Reserve Balances: U.S. Treasury, General Account: Week Average',
    'Weekly',
    MILLIONS_USD,
    false,
  ),
};
