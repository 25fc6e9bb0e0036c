import type { CalendarName } from '../../calendars/calendar.ts';
import type { Day } from '../../time.ts';
import { absolute, relative, usualStaleness, within, type Bounds } from '../bounds.ts';
import {
  CROSS_CHECK,
  STORED_ONLY,
  type Frequency,
  type KeyDefinition,
  type ReleaseRule,
} from '../connector.ts';
import { scaleOf, type Unit } from '../units.ts';
import { SGS_RELEASE as RELEASE } from './release.ts';

interface Line {
  readonly key: string;
  readonly code: string;
  readonly name: string;
  readonly unit: Unit;
  readonly release: ReleaseRule;
  readonly revises: boolean;
  readonly feeds: string;
  /** Absent only where the key is disabled. */
  readonly bounds?: Bounds;
  readonly frequency?: Frequency;
  readonly maxStaleness?: number;
  readonly verified?: string;
  readonly mandatory?: boolean;
  readonly disabled?: string;
}

const PORTAL = 'title in the BCB open-data portal';
const CONFIRM = 'one source or memory: confirm on the first live answer';
const UNREAD = `${STORED_ONLY}no agent reads it yet`;

/** Inflation targeting, with a floating currency: what came before it (hyperinflation, the peg) is in no bound. */
const FLOATING: Day = '1999-07-01';

function define(line: Line): KeyDefinition {
  const { bounds, frequency = 'M', mandatory = false, ...rest } = line;
  const calendar: CalendarName = frequency === 'D' ? 'BR_ANBIMA' : 'NONE';
  return {
    frequency,
    country: 'BR',
    calendar,
    vintageMode: 'first_seen',
    mandatory,
    verified: PORTAL,
    scale: scaleOf(line.unit),
    maxStaleness: usualStaleness(frequency, mandatory),
    boundsFrom: FLOATING,
    ...bounds,
    ...rest,
  };
}

const MOM = 'percent_per_month';
const YEARLY = 'percent_per_year';
const PERCENT = 'percent';
const GDP_SHARE = 'percent_of_gdp';

/** Headline indices and cores. */
const PRICES = within(-3, 5, absolute(2));
/** Parts of the index that move more than the whole. */
const PARTS = within(-5, 8, absolute(5));
/** Groups and prices set by decree: school fees, tariffs, fuel. */
const GROUPS = within(-10, 10, absolute(10));
const WHOLESALE = within(-6, 12, absolute(8));

function price(
  key: string,
  code: string,
  name: string,
  feeds: string,
  extra: Partial<Line> = {},
): KeyDefinition {
  const common = { unit: MOM, release: RELEASE.ipca, revises: false, bounds: PRICES } as const;
  return define({ key, code, name, feeds, ...common, ...extra });
}

const INFLATION_AGENT = 'silver_macro: agent_inflation';
const BOTTOM_UP =
  'silver_macro: BR_IPCA_DIFFUSION_BEST, BR_IPCA_DIFFUSION_GROUPS, BR_IPCA_TRIMMED_GROUPS, agent_inflation (INFLATION_BR_BOTTOMUP)';
const CORE = 'silver_macro: agent_inflation (cores, INFLATION_BR_PERSISTENCE)';
const OTHER_CORE = `${STORED_ONLY}a variant of BR_IPCA_CORE_EX0 and _EX3, which the agent reads`;

const PRICE_KEYS: readonly KeyDefinition[] = [
  price(
    'BR_IPCA_MOM',
    '433',
    'IPCA, monthly change',
    'silver_macro: BR_INFLATION_EXPECTATION_BLEND, BR_IPCA_SURPRISE_MID_MONTH, BR_IPCA_SURPRISE_MID_MONTH_Z, BR_IPCA_SURPRISE_SEASONAL, BR_IPCA_SURPRISE_SEASONAL_Z, BR_REAL_RATE_EX_ANTE, BR_REAL_RATE_EX_ANTE_FISHER, agent_inflation, agent_monetary_policy, agent_fx_equilibrium, agent_cross_asset',
    {
      mandatory: true,
      verified: `${PORTAL}; December 2024 = 0.52`,
    },
  ),
  price('BR_IPCA_YOY', '13522', 'IPCA, 12 months', `${CROSS_CHECK}the compounded BR_IPCA_MOM`, {
    unit: 'percent_12_months',
    bounds: within(-5, 40, absolute(4)),
  }),
  price('BR_IPCA_CORE_EX0', '11427', 'IPCA core EX0, without monitored prices and food at home', CORE),
  price('BR_IPCA_CORE_EX1', '16121', 'IPCA core EX1', OTHER_CORE, { verified: CONFIRM }),
  price('BR_IPCA_CORE_EX2', '27838', 'IPCA core EX2', OTHER_CORE, { verified: 'seven public lists agree' }),
  price('BR_IPCA_CORE_EX3', '27839', 'IPCA core EX3', CORE),
  price('BR_IPCA_CORE_MA', '11426', 'IPCA core, trimmed means without smoothing', CORE),
  price('BR_IPCA_CORE_MS', '4466', 'IPCA core, trimmed means with smoothing', CORE),
  price('BR_IPCA_CORE_DP', '16122', 'IPCA core, double weight', CORE),
  price('BR_IPCA_CORE_P55', '28750', 'IPCA core P55', CORE),
  price('BR_IPCA_CORE_EX_FE', '28751', 'IPCA core without food and energy', CORE),
  price(
    'BR_IPCA_DIFFUSION',
    '21379',
    'IPCA diffusion index',
    'silver_macro: BR_IPCA_DIFFUSION_BEST, agent_inflation (INFLATION_BR_PERSISTENCE)',
    {
      unit: PERCENT,
      bounds: within(0, 100, absolute(30)),
    },
  ),
  price(
    'BR_IPCA15_MOM',
    '7478',
    'IPCA-15, monthly change',
    'silver_macro: BR_IPCA_SURPRISE_MID_MONTH, BR_IPCA_SURPRISE_MID_MONTH_Z, agent_inflation (INFLATION_BR_SURPRISE)',
    {
      release: RELEASE.ipca15,
    },
  ),
  price('BR_INPC_MOM', '188', 'INPC, monthly change', UNREAD),
  price('BR_IGP_M_MOM', '189', 'IGP-M, monthly change', UNREAD, {
    release: RELEASE.igpM,
    bounds: within(-5, 10, absolute(5)),
  }),
  price('BR_IGP_DI_MOM', '190', 'IGP-DI, monthly change', UNREAD, {
    release: RELEASE.igpDi,
    bounds: within(-5, 10, absolute(5)),
  }),
  price('BR_IPA_M_MOM', '7450', 'IPA-M, monthly change', UNREAD, {
    release: RELEASE.igpM,
    bounds: WHOLESALE,
  }),
  price('BR_IPC_S_WEEKLY', '7446', 'IPC-S', UNREAD, {
    frequency: 'W',
    disabled: 'code 7446 is in no public list: not identified',
    verified: 'not verified',
  }),
  price('BR_IPC_FIPE_MOM', '193', 'IPC-Fipe, monthly change', UNREAD, { release: RELEASE.igpDi }),
  price(
    'BR_IPCA_SERVICES',
    '10844',
    'IPCA services',
    'silver_macro: agent_inflation (INFLATION_BR_PERSISTENCE)',
  ),
  price('BR_IPCA_INDUSTRIAL', '27863', 'IPCA industrial goods', UNREAD),
  price('BR_IPCA_NONDUR', '10841', 'IPCA non-durable goods', UNREAD, { bounds: GROUPS }),
  price('BR_IPCA_SEMIDUR', '10842', 'IPCA semi-durable goods', UNREAD, { bounds: PARTS }),
  price('BR_IPCA_DURABLE', '10843', 'IPCA durable goods', UNREAD, { bounds: PARTS }),
  price('BR_IPCA_TRADABLE', '4447', 'IPCA tradable goods', INFLATION_AGENT, { bounds: PARTS }),
  price('BR_IPCA_NONTRADABLE', '4448', 'IPCA non-tradable goods and services', INFLATION_AGENT, {
    bounds: PARTS,
  }),
  price('BR_IPCA_MONITORED', '4449', 'IPCA monitored prices', INFLATION_AGENT, { bounds: GROUPS }),
  price('BR_IPCA_FREE', '11428', 'IPCA free prices', INFLATION_AGENT, { bounds: PARTS }),
  price('BR_IPCA_COMP_FOOD', '1635', 'IPCA food and beverages', BOTTOM_UP, { bounds: GROUPS }),
  price('BR_IPCA_COMP_FOOD_HOME', '27864', 'IPCA food at home', UNREAD, { bounds: GROUPS }),
  price('BR_IPCA_COMP_FOOD_AWAY', '7170', 'IPCA food away from home', UNREAD, {
    disabled: '7170 is a SIDRA group id, no SGS code is known for food away from home',
    verified: 'not verified',
  }),
  price('BR_IPCA_COMP_HOUSING', '1636', 'IPCA housing', BOTTOM_UP, { bounds: GROUPS }),
  price('BR_IPCA_COMP_HOUSEHOLD', '1637', 'IPCA household articles', BOTTOM_UP, { bounds: GROUPS }),
  price('BR_IPCA_COMP_CLOTHING', '1638', 'IPCA clothing', BOTTOM_UP, { bounds: GROUPS }),
  price('BR_IPCA_COMP_TRANSPORT', '1639', 'IPCA transport', BOTTOM_UP, { bounds: GROUPS }),
  price('BR_IPCA_COMP_COMMUNICATION', '1640', 'IPCA communication', BOTTOM_UP, { bounds: GROUPS }),
  price('BR_IPCA_COMP_HEALTH', '1641', 'IPCA health and personal care', BOTTOM_UP, { bounds: GROUPS }),
  price('BR_IPCA_COMP_PERSONAL', '1642', 'IPCA personal expenses', BOTTOM_UP, { bounds: GROUPS }),
  price('BR_IPCA_COMP_EDUCATION', '1643', 'IPCA education', BOTTOM_UP, { bounds: GROUPS }),
  price('BR_INFLATION_TARGET', '13521', 'Inflation target', `${CROSS_CHECK}the target table`, {
    frequency: 'A',
    unit: YEARLY,
    release: RELEASE.inflationTarget,
    bounds: within(1, 20, absolute(5)),
    verified: CONFIRM,
  }),
];

const ACTIVITY_GAP = 'BR_ACTIVITY_GAP, agent_inflation, agent_monetary_policy';

const ACTIVITY_KEYS: readonly KeyDefinition[] = [
  define({
    key: 'BR_GDP_QOQ',
    code: '22109',
    name: 'GDP volume index, seasonally adjusted (the quarterly change is computed)',
    unit: 'index',
    frequency: 'Q',
    release: RELEASE.gdp,
    revises: true,
    bounds: within(50, 300, relative(0.15)),
    feeds: 'silver_macro: agent_fiscal',
    verified:
      'five scripts agree, two differ: the seasonal share of its variance must be below that of BR_GDP_NSA',
  }),
  define({
    key: 'BR_GDP_NSA',
    code: '22099',
    name: 'GDP volume index, not seasonally adjusted (1995 = 100)',
    unit: 'index',
    frequency: 'Q',
    release: RELEASE.gdp,
    revises: true,
    bounds: within(50, 300, relative(0.2)),
    feeds: 'silver_macro: agent_fiscal (check of BR_GDP_QOQ: its season must be the larger one)',
  }),
  define({
    key: 'BR_IBC_BR',
    code: '24364',
    name: 'IBC-Br, seasonally adjusted',
    unit: 'index',
    release: RELEASE.ibcBr,
    revises: true,
    bounds: within(30, 300, relative(0.2)),
    feeds: `silver_macro: BR_OUTPUT_GAP, BR_OUTPUT_GAP_HAMILTON, ${ACTIVITY_GAP}, agent_cross_asset`,
  }),
  define({
    key: 'BR_IBC_BR_NSA',
    code: '24363',
    name: 'IBC-Br, not seasonally adjusted',
    unit: 'index',
    release: RELEASE.ibcBr,
    revises: true,
    bounds: within(30, 300, relative(0.2)),
    feeds: 'silver_macro: agent_cross_asset (12-month growth when BR_IBC_BR is absent, flagged)',
  }),
  define({
    key: 'BR_INDUSTRIAL_PROD',
    code: '21859',
    name: 'Industrial production, general, not seasonally adjusted',
    unit: 'index',
    release: RELEASE.ibgeActivity,
    revises: true,
    bounds: within(20, 250, relative(0.4)),
    feeds: UNREAD,
    verified: CONFIRM,
  }),
  define({
    key: 'BR_INDUSTRIAL_PROD_SA',
    code: '28503',
    name: 'Industrial production, general, seasonally adjusted',
    unit: 'index',
    release: RELEASE.ibgeActivity,
    revises: true,
    bounds: within(20, 250, relative(0.35)),
    feeds: UNREAD,
    verified: CONFIRM,
  }),
  define({
    key: 'BR_RETAIL_CORE',
    code: '1455',
    name: 'Retail volume, restricted, not seasonally adjusted',
    unit: 'index',
    release: RELEASE.ibgeActivity,
    revises: true,
    bounds: within(10, 400, relative(0.6)),
    feeds: UNREAD,
  }),
  define({
    key: 'BR_RETAIL_CORE_SA',
    code: '28473',
    name: 'Retail volume, restricted, seasonally adjusted',
    unit: 'index',
    release: RELEASE.ibgeActivity,
    revises: true,
    bounds: within(10, 300, relative(0.35)),
    feeds: UNREAD,
    verified: CONFIRM,
  }),
  define({
    key: 'BR_RETAIL_BROAD',
    code: '28485',
    name: 'Retail volume, broad, seasonally adjusted',
    unit: 'index',
    release: RELEASE.ibgeActivity,
    revises: true,
    bounds: within(10, 300, relative(0.4)),
    feeds: UNREAD,
    verified: CONFIRM,
  }),
  define({
    key: 'BR_SERVICES_REV',
    code: '23987',
    name: 'Services revenue',
    unit: 'index',
    release: RELEASE.ibgeActivity,
    revises: true,
    feeds: UNREAD,
    verified: 'not verified',
    disabled: 'code 23987 could not be identified',
  }),
  define({
    key: 'BR_CONSUMER_CONF',
    code: '4393',
    name: 'Consumer confidence, Fecomercio-SP',
    unit: 'index',
    release: RELEASE.surveys,
    revises: false,
    bounds: within(20, 200, relative(0.4)),
    feeds: UNREAD,
  }),
  define({
    key: 'BR_BUSINESS_CONF',
    code: '7341',
    name: 'Industrial business confidence (ICEI), headline',
    unit: 'index',
    release: RELEASE.surveys,
    revises: false,
    bounds: within(15, 85, relative(0.6)),
    feeds: UNREAD,
  }),
  define({
    key: 'BR_CAPACITY_UTIL',
    code: '24352',
    name: 'Capacity utilisation of industry, not seasonally adjusted',
    unit: PERCENT,
    release: RELEASE.surveys,
    revises: false,
    bounds: within(40, 100, absolute(25)),
    feeds: `silver_macro: BR_CAPACITY_GAP, ${ACTIVITY_GAP}`,
    verified: CONFIRM,
  }),
  define({
    key: 'BR_CAGED_NET',
    code: '28763',
    name: 'Formal jobs (New CAGED), stock; the flow is its first difference',
    unit: 'persons',
    release: RELEASE.jobs,
    revises: true,
    bounds: within(20e6, 100e6, relative(0.05)),
    feeds: UNREAD,
  }),
  define({
    key: 'BR_UNEMPLOYMENT',
    code: '24369',
    name: 'Unemployment rate (PNAD-C), moving quarter stamped with its last month',
    unit: PERCENT,
    release: RELEASE.unemployment,
    revises: true,
    bounds: within(2, 30, absolute(1.5)),
    feeds: `silver_macro: BR_LABOUR_GAP, ${ACTIVITY_GAP}`,
  }),
];

const MONEY_KEYS: readonly KeyDefinition[] = [
  define({
    key: 'BR_SELIC_TARGET',
    code: '432',
    name: 'Selic target',
    unit: YEARLY,
    frequency: 'D',
    release: RELEASE.selicTarget,
    revises: false,
    bounds: within(0, 50, absolute(3.5)),
    feeds:
      'silver_macro: BR_REAL_RATE_EX_ANTE, BR_REAL_RATE_EX_ANTE_FISHER, agent_monetary_policy, agent_fiscal, agent_fx_equilibrium',
    mandatory: true,
    verified: `${PORTAL}; 11.25 from 2024-11-07`,
  }),
  define({
    key: 'BR_SELIC_DAILY',
    code: '11',
    name: 'Selic rate per business day',
    unit: 'percent_per_day',
    frequency: 'D',
    release: RELEASE.dailyRate,
    revises: false,
    bounds: within(0, 0.5, absolute(0.02)),
    feeds: `${CROSS_CHECK}BR_SELIC_TARGET`,
  }),
  define({
    key: 'BR_SELIC_ANNUAL',
    code: '1178',
    name: 'Selic rate, annualised on 252 days',
    unit: YEARLY,
    frequency: 'D',
    release: RELEASE.dailyRate,
    revises: false,
    bounds: within(0, 50, absolute(4)),
    feeds: `${CROSS_CHECK}BR_SELIC_DAILY`,
  }),
  define({
    key: 'BR_SELIC_MONTH',
    code: '4189',
    name: 'Selic rate accumulated in the month, annualised',
    unit: YEARLY,
    release: RELEASE.monthlyRate,
    revises: false,
    bounds: within(0, 50, absolute(4)),
    feeds: UNREAD,
  }),
  define({
    key: 'BR_CDI_DAILY',
    code: '12',
    name: 'CDI rate per business day',
    unit: 'percent_per_day',
    frequency: 'D',
    release: RELEASE.dailyRate,
    revises: false,
    bounds: within(0, 0.5, absolute(0.02)),
    feeds: UNREAD,
  }),
  define({
    key: 'BR_CDI_ANNUAL',
    code: '4389',
    name: 'CDI rate, annualised on 252 days',
    unit: YEARLY,
    frequency: 'D',
    release: RELEASE.dailyRate,
    revises: false,
    bounds: within(0, 50, absolute(4)),
    feeds: `${CROSS_CHECK}BR_CDI_DAILY`,
    verified: CONFIRM,
  }),
  ...(
    [
      ['BR_CREDIT_GDP', '20622', 'Credit stock', GDP_SHARE, within(15, 90, absolute(3))],
      ['BR_CREDIT_STOCK', '20539', 'Credit stock', 'brl_million', within(1e5, 3e7, relative(0.1))],
      ['BR_DEFAULT_TOTAL', '21082', 'Non-performing loans, total', PERCENT, within(0.5, 15, absolute(1.5))],
      ['BR_DEFAULT_PF', '21084', 'Non-performing loans, households', PERCENT, within(0.5, 15, absolute(1.5))],
      ['BR_DEFAULT_PJ', '21083', 'Non-performing loans, corporates', PERCENT, within(0.5, 15, absolute(1.5))],
      ['BR_AVG_LENDING', '20714', 'Average lending rate, total', YEARLY, within(5, 100, absolute(8))],
      ['BR_M1', '27791', 'M1, end of period', 'brl_thousand', within(1e7, 5e9, relative(0.4))],
      ['BR_M2', '27810', 'M2, end of period', 'brl_thousand', within(5e7, 5e10, relative(0.3))],
      ['BR_M3', '27813', 'M3, end of period', 'brl_thousand', within(5e7, 1e11, relative(0.3))],
      ['BR_M4', '27815', 'M4, end of period', 'brl_thousand', within(5e7, 1e11, relative(0.3))],
      [
        'BR_MONETARY_BASE',
        '1788',
        'Monetary base, restricted, end of period',
        'brl_thousand',
        within(1e7, 5e9, relative(0.5)),
      ],
    ] as const
  ).map(([key, code, name, unit, bounds]) =>
    define({
      key,
      code,
      name,
      unit,
      bounds,
      release: RELEASE.bcbStatistics,
      revises: true,
      feeds: UNREAD,
      ...(key === 'BR_M3' ? { verified: CONFIRM } : {}),
    }),
  ),
];

const FX_AGENT = 'silver_macro: agent_fx_equilibrium';

const EXTERNAL_KEYS: readonly KeyDefinition[] = [
  ...(
    [
      [
        'BR_TRADE_BALANCE',
        '22707',
        'Goods balance of the balance of payments',
        'usd_million',
        within(-10_000, 20_000, absolute(12_000)),
        UNREAD,
        PORTAL,
      ],
      [
        'BR_CURRENT_ACCOUNT',
        '22701',
        'Current account',
        'usd_million',
        within(-25_000, 15_000, absolute(15_000)),
        UNREAD,
        PORTAL,
      ],
      [
        'BR_FDI',
        '22885',
        'Direct investment in the country, net',
        'usd_million',
        within(-15_000, 40_000, absolute(30_000)),
        UNREAD,
        PORTAL,
      ],
      [
        'BR_CA_GDP',
        '23079',
        'Current account, 12 months',
        GDP_SHARE,
        within(-10, 6, absolute(1.5)),
        UNREAD,
        CONFIRM,
      ],
      [
        'BR_GDP_12M_BRL',
        '4382',
        'GDP, 12 months',
        'brl_million',
        within(5e5, 5e7, relative(0.1)),
        FX_AGENT,
        CONFIRM,
      ],
      [
        'BR_GDP_MONTH_BRL',
        '4380',
        'GDP of the month',
        'brl_million',
        within(4e4, 5e6, relative(0.3)),
        UNREAD,
        CONFIRM,
      ],
    ] as const
  ).map(([key, code, name, unit, bounds, feeds, verified]) =>
    define({ key, code, name, unit, bounds, release: RELEASE.bcbStatistics, revises: true, feeds, verified }),
  ),
  ...(
    [
      ['BR_PORT_EQUITY', '22888', 'Portfolio investment, equity'],
      ['BR_PORT_DEBT', '22889', 'Portfolio investment, debt'],
    ] as const
  ).map(([key, code, name]) =>
    define({
      key,
      code,
      name,
      unit: 'usd_million',
      release: RELEASE.bcbStatistics,
      revises: true,
      feeds: UNREAD,
      verified: 'not verified',
      disabled: `code ${code} is a component of direct investment, not portfolio; the right code is not known`,
    }),
  ),
  define({
    key: 'BR_RESERVES',
    code: '13621',
    name: 'International reserves, cash concept',
    unit: 'usd_million',
    frequency: 'D',
    release: RELEASE.reserves,
    revises: false,
    bounds: within(10_000, 600_000, relative(0.3)),
    feeds: 'silver_macro: agent_fx_equilibrium (FX_BR_BEER)',
  }),
  ...(
    [
      ['BR_PTAX_BUY', '10813', 'USD closing PTAX, buy'],
      ['BR_PTAX_SELL', '1', 'USD closing PTAX, sell'],
    ] as const
  ).map(([key, code, name]) =>
    define({
      key,
      code,
      name,
      unit: 'brl_per_usd',
      frequency: 'D',
      release: RELEASE.ptax,
      revises: false,
      bounds: within(0.5, 15, relative(0.15)),
      feeds: `${CROSS_CHECK}the closing bulletin of USDBRL_PTAX`,
      mandatory: true,
      verified: `${PORTAL}; sell of 2024-12-31 = 6.1923`,
    }),
  ),
  define({
    key: 'BR_USDBRL_MONTH_AVG',
    code: '3698',
    name: 'USD PTAX sell, monthly average',
    unit: 'brl_per_usd',
    release: RELEASE.realExchangeRate,
    revises: false,
    bounds: within(0.5, 15, relative(0.3)),
    feeds: 'silver_macro: agent_fx_equilibrium (GDP in USD; the commodity index in USD where it is absent)',
    verified: CONFIRM,
  }),
  define({
    key: 'BR_ICBR_USD',
    code: '29042',
    name: 'Commodity index IC-Br in USD (December 2005 = 100)',
    unit: 'index',
    release: RELEASE.commodityIndex,
    revises: true,
    bounds: within(20, 500, relative(0.25)),
    feeds: 'silver_macro: agent_inflation, agent_fx_equilibrium',
    verified: CONFIRM,
  }),
  define({
    key: 'BR_ICBR_BRL',
    code: '27574',
    name: 'Commodity index IC-Br in BRL: it contains the exchange rate',
    unit: 'index',
    release: RELEASE.commodityIndex,
    revises: true,
    bounds: within(20, 1_000, relative(0.25)),
    feeds: 'silver_macro: agent_fx_equilibrium (in place of BR_ICBR_USD, divided by BR_USDBRL_MONTH_AVG)',
  }),
  define({
    key: 'BR_REER_IPCA',
    code: '11752',
    name: 'Real effective exchange rate, IPCA (June 1994 = 100), up = depreciation',
    unit: 'index',
    release: RELEASE.realExchangeRate,
    revises: true,
    bounds: within(40, 250, relative(0.25)),
    feeds: UNREAD,
  }),
  ...(
    [
      ['BR_FX_FLOW_TOTAL', '13961', 'FX flow, total'],
      ['BR_FX_FLOW_TRADE', '13967', 'FX flow, trade'],
      ['BR_FX_FLOW_FIN', '13970', 'FX flow, financial'],
    ] as const
  ).map(([key, code, name]) =>
    define({
      key,
      code,
      name,
      unit: 'usd_million',
      frequency: 'D',
      release: RELEASE.fxFlow,
      revises: true,
      bounds: within(-30_000, 30_000, absolute(40_000)),
      feeds: 'silver_macro: agent_fx_equilibrium (FX_BR_FLOW), agent_cross_asset',
      verified: 'total = trade + financial on 2026-09-30',
    }),
  ),
];

const FISCAL_AGENT = 'silver_macro: agent_fiscal';

const FISCAL_KEYS: readonly KeyDefinition[] = (
  [
    [
      'BR_PRIMARY_BALANCE',
      '5793',
      'Primary borrowing requirement, 12 months, positive = deficit',
      GDP_SHARE,
      within(-8, 15, absolute(3)),
      FISCAL_AGENT,
    ],
    [
      'BR_PRIMARY_FLOW',
      '4649',
      'Primary borrowing requirement of the month, positive = deficit',
      'brl_million',
      within(-400_000, 500_000, absolute(400_000)),
      UNREAD,
    ],
    [
      'BR_NOMINAL_DEFICIT',
      '5727',
      'Nominal borrowing requirement, 12 months',
      GDP_SHARE,
      within(-2, 20, absolute(3)),
      FISCAL_AGENT,
    ],
    [
      'BR_INTEREST_12M',
      '5760',
      'Interest of the borrowing requirement, 12 months',
      GDP_SHARE,
      within(1, 18, absolute(2)),
      UNREAD,
    ],
    [
      'BR_NET_DEBT_GDP',
      '4513',
      'Net debt of the public sector',
      GDP_SHARE,
      within(0, 100, absolute(6)),
      FISCAL_AGENT,
    ],
    [
      'BR_GROSS_DEBT_GDP',
      '13762',
      'Gross debt of the general government, method used from 2008',
      GDP_SHARE,
      within(10, 120, absolute(5)),
      FISCAL_AGENT,
    ],
  ] as const
).map(([key, code, name, unit, bounds, feeds]) =>
  define({ key, code, name, unit, bounds, release: RELEASE.bcbStatistics, revises: true, feeds }),
);

/** Every SGS series we know, with what its code really is. A change of meaning is a new key. */
export const SGS_KEYS: readonly KeyDefinition[] = [
  ...PRICE_KEYS,
  ...ACTIVITY_KEYS,
  ...MONEY_KEYS,
  ...EXTERNAL_KEYS,
  ...FISCAL_KEYS,
];
