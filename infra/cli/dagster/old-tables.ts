import type { BronzeName } from '../../../shared/pipeline/graph.ts';

// The tables of the Dagster deployment, as data: where its values stand, and what of them is refused. A value that is not refused
// belongs to the key of our registry with the same provider code.

/** A table of values of the old deployment, of one of its sources. */
export interface OldSource {
  readonly asset: BronzeName;
  /** `data_sources.name`; null for instruments, whose table has no source. */
  readonly source: string | null;
  readonly table: 'macro_series' | 'market_data';
  /** Column with the value. */
  readonly value: 'value' | 'close';
  /**
   * Hours from the stamp of a row to the moment by which the old deployment had the value; null when its rows have no stamp, so that
   * nobody knows when they were known and nothing can be imported.
   */
  readonly stampHours: number | null;
  /** What the stamp is, or why there is none. */
  readonly stamp: string;
}

export const OLD_SOURCES: readonly OldSource[] = [
  {
    asset: 'bronze_bcb_sgs',
    source: 'BCB_SGS',
    table: 'macro_series',
    value: 'value',
    stampHours: 0,
    stamp: 'release_time is the moment of the insert',
  },
  {
    asset: 'bronze_fred',
    source: 'FRED',
    table: 'macro_series',
    value: 'value',
    // A day of St. Louis ends an hour after that of New York, and the longest day has 25 hours.
    stampHours: 26,
    stamp:
      'release_time is the midnight (New York) that began the day of the fetch: the value is dated at its end',
  },
  {
    asset: 'bronze_yahoo',
    source: null,
    table: 'market_data',
    value: 'close',
    stampHours: null,
    stamp: 'market_data does not say when a row was stored',
  },
];

/** Tables that are not read, and why. */
export const UNREAD_TABLES: Readonly<Record<string, string>> = {
  market_data:
    'compared, not imported: no row says when it was stored, closes are adjusted, unfinished bars are final',
  curves:
    'no row says when it was stored; DI was made of stock indices and dead series, today’s bonds stand under past dates, day counts are mixed',
  flow_data: 'its series are fetched under their own keys',
  fiscal_data: 'its series are fetched under their own keys',
  signals: 'results of models that are not these',
  agent_reports: 'results of models that are not these',
};

/** A series of the old deployment that is neither imported nor compared. */
export interface Refusal {
  readonly source: OldSource['source'];
  readonly code: string;
  /** What the old deployment calls it. */
  readonly name: string;
  readonly why: 'mislabelled' | 'unidentified' | 'other series' | 'unit' | 'adjusted';
  readonly reason: string;
}

type Line = readonly [code: string, name: string, reason: string];

const refuse = (source: OldSource['source'], why: Refusal['why'], lines: readonly Line[]): Refusal[] =>
  lines.map(([code, name, reason]) => ({ source, code, name, why, reason }));

const is = (meaning: string, right: string): string =>
  `the code is ${meaning}; the series of that name is ${right}`;

/** Codes of SGS that are another series than their name says: 27 of 63. */
const MISLABELLED = refuse('BCB_SGS', 'mislabelled', [
  ['11426', 'BR_IPCA_CORE_EX0', is('the core of trimmed means without smoothing', '11427')],
  ['27838', 'BR_IPCA_CORE_EX3', is('the core EX2', '27839')],
  ['11427', 'BR_IPCA_CORE_MA', is('the core EX0', '11426')],
  ['27839', 'BR_IPCA_CORE_DP', is('the core EX3', '16122')],
  ['4466', 'BR_IPCA_CORE_P55', is('the core of trimmed means with smoothing', '28750')],
  ['16122', 'BR_IPCA_CORE_EX_FE', is('the core with double weight', '28751')],
  ['225', 'BR_IPA_M_MOM', is('IPA-DI', '7450')],
  ['10764', 'BR_IPC_FIPE_WEEKLY', is('IPCA-E, monthly', '193 (monthly)')],
  ['10841', 'BR_IPCA_SERVICES', is('IPCA of non-durable goods', '10844')],
  ['10844', 'BR_IPCA_INDUSTRIAL', is('IPCA of services', '27863')],
  ['1637', 'BR_IPCA_COMP_FOOD_HOME', is('IPCA of household articles', '27864')],
  ['1638', 'BR_IPCA_COMP_HOUSING', is('IPCA of clothing', '1636')],
  ['1639', 'BR_IPCA_COMP_CLOTHING', is('IPCA of transport', '1638')],
  ['7485', 'BR_IPCA_COMP_HEALTH', is('the cost of the basic food basket in Fortaleza', '1641')],
  ['1640', 'BR_IPCA_COMP_PERSONAL', is('IPCA of communication', '1642')],
  ['1641', 'BR_IPCA_COMP_EDUCATION', is('IPCA of health', '1643')],
  ['1642', 'BR_IPCA_COMP_TRANSPORT', is('IPCA of personal expenses', '1639')],
  ['1643', 'BR_IPCA_COMP_COMMUNICATION', is('IPCA of education', '1640')],
  ['22099', 'BR_GDP_QOQ', is('an index of GDP, not seasonally adjusted', '22109')],
  ['28473', 'BR_RETAIL_BROAD', is('restricted retail sales', '28485')],
  ['7343', 'BR_BUSINESS_CONF', is('a sub-index of expectations', '7341')],
  ['20539', 'BR_CREDIT_GDP', is('the stock of credit in BRL million', '20622')],
  ['21082', 'BR_DEFAULT_PF', is('the default rate of all borrowers', '21084')],
  ['22885', 'BR_CURRENT_ACCOUNT', is('foreign direct investment', '22701')],
  ['22886', 'BR_FDI', is('a component of direct investment', '22885')],
  ['1', 'BR_PTAX_BUY', is('the selling rate', '10813')],
  ['10813', 'BR_PTAX_SELL', is('the buying rate', '1')],
]);

const UNIDENTIFIED = refuse('BCB_SGS', 'unidentified', [
  ['7446', 'BR_IPC_S_WEEKLY', 'the code is in no public list'],
  ['7170', 'BR_IPCA_COMP_FOOD_AWAY', 'an id of SIDRA, not a code of SGS'],
  ['23987', 'BR_SERVICES_REV', 'the code could not be identified'],
  ['22918', 'BR_CA_GDP', 'the code could not be identified; the series of that name is 23079'],
  ['22888', 'BR_PORT_EQUITY', 'the code belongs to direct investment, not to portfolio investment'],
  ['22889', 'BR_PORT_DEBT', 'the code belongs to direct investment, not to portfolio investment'],
]);

const OTHER_SERIES = [
  ...refuse('BCB_SGS', 'other series', [
    ['1344', 'BR_CAPACITY_UTIL', 'a quarterly survey; the monthly series is 24352'],
    ['1824', 'BR_M1', 'the aggregate as it was defined before; it is 27791 now'],
    ['1837', 'BR_M2', 'the aggregate as it was defined before; it is 27810 now'],
    ['1838', 'BR_M3', 'the aggregate as it was defined before; it is 27813 now'],
    ['1839', 'BR_M4', 'the aggregate as it was defined before; it is 27815 now'],
  ]),
  ...refuse('FRED', 'mislabelled', [
    ['EXPINF5YR', 'US_MICHIGAN_INF_5Y', 'the series is of the Cleveland Fed, not of Michigan'],
    [
      'RSFSXMV',
      'US_RETAIL_CONTROL',
      'the series is retail sales without motor vehicles, not the control group',
    ],
  ]),
  ...refuse('FRED', 'unit', [
    [
      'WTREGEN',
      'US_TGA',
      'rescaled from USD billion to million over its whole history; no row says which it is',
    ],
  ]),
  ...refuse('FRED', 'unidentified', [
    ['GDPGAP', 'US_OUTPUT_GAP', 'FRED has no such series'],
    ['NROUST', 'US_NROU_ST', 'discontinued, and disabled here'],
  ]),
];

const ADJUSTED = refuse(
  null,
  'adjusted',
  ['IRON_ORE_PROXY', 'EWZ', 'TIP_ETF', 'TLT_ETF', 'HYG_ETF', 'EMB_ETF', 'LQD_ETF'].map((key): Line => [
    key,
    key,
    'it pays dividends, and the old close is adjusted for those known on the day of its fetch',
  ]),
);

/** Every series that is refused by name. */
export const REFUSALS: readonly Refusal[] = [...MISLABELLED, ...UNIDENTIFIED, ...OTHER_SERIES, ...ADJUSTED];
