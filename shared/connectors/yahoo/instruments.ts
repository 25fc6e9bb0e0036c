import type { CalendarName } from '../../calendars/calendar.ts';
import { LONDON, NEW_YORK, SAO_PAULO } from '../../time.ts';
import { absolute, relative, usualStaleness, within, type Bounds } from '../bounds.ts';
import { STORED_ONLY, type KeyDefinition } from '../connector.ts';
import { sameDay, type DatedReleaseRule } from '../release.ts';
import { scaleOf, type Unit } from '../units.ts';

/** What trades under a symbol; decides calendar, release clock and whether a volume of zero means "not measured". */
export type InstrumentClass = 'fx' | 'index' | 'exchange_index' | 'future' | 'us_cash' | 'br_cash';

interface ClassTraits {
  readonly calendar: CalendarName;
  readonly release: DatedReleaseRule;
  readonly hasVolume: boolean;
}

const US_CLOSE = sameDay('17:00', NEW_YORK);
const FUTURES_CLOSE = sameDay('18:00', NEW_YORK);
const BRAZIL_CLOSE = sameDay('18:30', SAO_PAULO);
const LONDON_MIDNIGHT = sameDay('24:00', LONDON);

const TRAITS: Readonly<Record<InstrumentClass, ClassTraits>> = {
  fx: { calendar: 'WEEKDAYS', release: LONDON_MIDNIGHT, hasVolume: false },
  index: { calendar: 'US_NYSE', release: US_CLOSE, hasVolume: false },
  exchange_index: { calendar: 'WEEKDAYS', release: FUTURES_CLOSE, hasVolume: false },
  future: { calendar: 'WEEKDAYS', release: FUTURES_CLOSE, hasVolume: true },
  us_cash: { calendar: 'US_NYSE', release: US_CLOSE, hasVolume: true },
  br_cash: { calendar: 'B3', release: BRAZIL_CLOSE, hasVolume: true },
};

/** A key of Yahoo Finance with the class of its instrument. */
export interface Instrument extends KeyDefinition {
  readonly class: InstrumentClass;
  readonly hasVolume: boolean;
}

interface Entry {
  readonly key: string;
  readonly symbol: string;
  readonly name: string;
  readonly class: InstrumentClass;
  readonly country: string;
  readonly unit: Unit;
  readonly bounds: Bounds;
  readonly feeds: string;
  readonly verified?: string;
  readonly mandatory?: boolean;
  /** Set where the class of the market is not that of the quotation: an index has no volume of its own. */
  readonly hasVolume?: boolean;
}

const CROSS_ASSET = 'silver_returns: agent_cross_asset';
const UNREAD = `${STORED_ONLY}prices and returns in silver_returns, no agent reads them yet`;
const RECORDED = 'values of the recorded history agree with a second source';
const SYMBOL_ONLY = 'symbol as listed by the provider; no recording to compare with';

const ENTRIES: readonly Entry[] = [
  {
    key: 'USDBRL_YAHOO',
    symbol: 'BRL=X',
    name: 'BRL per USD',
    class: 'fx',
    country: 'BR',
    unit: 'brl_per_usd',
    bounds: within(0.5, 15, relative(0.2)),
    feeds: `${STORED_ONLY}the close is the opening print of the bar, USDBRL comes from PTAX`,
    verified: RECORDED,
  },
  {
    key: 'EURUSD',
    symbol: 'EURUSD=X',
    name: 'USD per EUR',
    class: 'fx',
    country: 'EU',
    unit: 'usd_per_eur',
    bounds: within(0.5, 2.5, relative(0.15)),
    feeds: UNREAD,
  },
  {
    key: 'USDJPY',
    symbol: 'JPY=X',
    name: 'JPY per USD',
    class: 'fx',
    country: 'JP',
    unit: 'jpy_per_usd',
    bounds: within(50, 400, relative(0.15)),
    feeds: UNREAD,
  },
  {
    key: 'GBPUSD',
    symbol: 'GBPUSD=X',
    name: 'USD per GBP',
    class: 'fx',
    country: 'GB',
    unit: 'usd_per_gbp',
    bounds: within(0.8, 3, relative(0.15)),
    feeds: UNREAD,
  },
  {
    key: 'USDCHF',
    symbol: 'CHF=X',
    name: 'CHF per USD',
    class: 'fx',
    country: 'CH',
    unit: 'chf_per_usd',
    bounds: within(0.4, 3, relative(0.25)),
    feeds: UNREAD,
  },
  {
    key: 'USDMXN',
    symbol: 'MXN=X',
    name: 'MXN per USD',
    class: 'fx',
    country: 'MX',
    unit: 'mxn_per_usd',
    bounds: within(3, 50, relative(0.25)),
    feeds: UNREAD,
  },
  {
    key: 'USDCNY',
    symbol: 'CNY=X',
    name: 'CNY per USD, onshore',
    class: 'fx',
    country: 'CN',
    unit: 'cny_per_usd',
    bounds: within(4, 12, relative(0.15)),
    feeds: UNREAD,
  },
  {
    key: 'USDCLP',
    symbol: 'CLP=X',
    name: 'CLP per USD',
    class: 'fx',
    country: 'CL',
    unit: 'clp_per_usd',
    bounds: within(300, 2_000, relative(0.2)),
    feeds: UNREAD,
  },
  {
    key: 'DXY',
    symbol: 'DX-Y.NYB',
    name: 'ICE US dollar index',
    class: 'exchange_index',
    country: 'US',
    unit: 'index_points',
    bounds: within(50, 200, relative(0.1)),
    feeds: CROSS_ASSET,
    verified: RECORDED,
  },
  {
    key: 'IBOVESPA',
    symbol: '^BVSP',
    name: 'Ibovespa',
    class: 'br_cash',
    country: 'BR',
    unit: 'index_points',
    bounds: within(500, 1e6, relative(0.45)),
    feeds: CROSS_ASSET,
    verified: '952 days equal to the IPEA copy of the index',
    mandatory: true,
    hasVolume: false,
  },
  {
    key: 'SP500',
    symbol: '^GSPC',
    name: 'S&P 500',
    class: 'index',
    country: 'US',
    unit: 'index_points',
    bounds: within(50, 50_000, relative(0.25)),
    feeds: CROSS_ASSET,
    verified: '12,831 days equal in two recordings',
    mandatory: true,
  },
  {
    key: 'NASDAQ',
    symbol: '^IXIC',
    name: 'Nasdaq Composite',
    class: 'index',
    country: 'US',
    unit: 'index_points',
    bounds: within(50, 200_000, relative(0.25)),
    feeds: UNREAD,
  },
  {
    key: 'RUSSELL2000',
    symbol: '^RUT',
    name: 'Russell 2000',
    class: 'index',
    country: 'US',
    unit: 'index_points',
    bounds: within(50, 20_000, relative(0.25)),
    feeds: UNREAD,
  },
  {
    key: 'VIX',
    symbol: '^VIX',
    name: 'CBOE volatility index',
    class: 'index',
    country: 'US',
    unit: 'percent_per_year',
    bounds: within(5, 150, relative(1.8)),
    feeds: CROSS_ASSET,
    verified: 'equal to FRED VIXCLS on 2,362 of 2,364 days',
    mandatory: true,
  },
  {
    key: 'GOLD',
    symbol: 'GC=F',
    name: 'COMEX gold, front month',
    class: 'future',
    country: 'US',
    unit: 'usd_per_troy_ounce',
    bounds: within(100, 20_000, relative(0.25)),
    feeds: UNREAD,
    verified: RECORDED,
  },
  {
    key: 'OIL_WTI',
    symbol: 'CL=F',
    name: 'NYMEX WTI crude, front month',
    class: 'future',
    country: 'US',
    unit: 'usd_per_barrel',
    bounds: within(-50, 250, absolute(60)),
    feeds: CROSS_ASSET,
    verified: RECORDED,
  },
  {
    key: 'OIL_BRENT',
    symbol: 'BZ=F',
    name: 'NYMEX Brent last day, front month',
    class: 'future',
    country: 'GB',
    unit: 'usd_per_barrel',
    bounds: within(5, 250, relative(0.4)),
    feeds: UNREAD,
  },
  {
    key: 'SOYBEAN',
    symbol: 'ZS=F',
    name: 'CBOT soybeans, front month',
    class: 'future',
    country: 'US',
    unit: 'us_cents_per_bushel',
    bounds: within(300, 4_000, relative(0.3)),
    feeds: UNREAD,
  },
  {
    key: 'CORN',
    symbol: 'ZC=F',
    name: 'CBOT corn, front month',
    class: 'future',
    country: 'US',
    unit: 'us_cents_per_bushel',
    bounds: within(100, 2_000, relative(0.35)),
    feeds: UNREAD,
  },
  {
    key: 'COPPER',
    symbol: 'HG=F',
    name: 'COMEX copper, front month',
    class: 'future',
    country: 'US',
    unit: 'usd_per_pound',
    bounds: within(0.4, 20, relative(0.35)),
    feeds: UNREAD,
  },
  {
    key: 'IRON_ORE_PROXY',
    symbol: 'VALE3.SA',
    name: 'Vale ON share, a proxy that carries FX and equity beta',
    class: 'br_cash',
    country: 'BR',
    unit: 'brl_per_share',
    bounds: within(0.5, 500, relative(0.45)),
    feeds: UNREAD,
  },
  {
    key: 'EWZ',
    symbol: 'EWZ',
    name: 'iShares MSCI Brazil ETF',
    class: 'us_cash',
    country: 'US',
    unit: 'usd_per_share',
    bounds: within(3, 200, relative(0.7)),
    feeds: UNREAD,
    verified: 'recorded to 2020 with raw and adjusted closes, adjusted only after',
  },
  {
    key: 'TIP_ETF',
    symbol: 'TIP',
    name: 'iShares TIPS ETF',
    class: 'us_cash',
    country: 'US',
    unit: 'usd_per_share',
    bounds: within(50, 300, relative(0.15)),
    feeds: UNREAD,
  },
  {
    key: 'TLT_ETF',
    symbol: 'TLT',
    name: 'iShares 20+ year Treasury ETF',
    class: 'us_cash',
    country: 'US',
    unit: 'usd_per_share',
    bounds: within(40, 400, relative(0.15)),
    feeds: UNREAD,
  },
  {
    key: 'HYG_ETF',
    symbol: 'HYG',
    name: 'iShares high yield ETF',
    class: 'us_cash',
    country: 'US',
    unit: 'usd_per_share',
    bounds: within(30, 200, relative(0.2)),
    feeds: CROSS_ASSET,
  },
  {
    key: 'EMB_ETF',
    symbol: 'EMB',
    name: 'iShares emerging market bond ETF',
    class: 'us_cash',
    country: 'US',
    unit: 'usd_per_share',
    bounds: within(40, 300, relative(0.25)),
    feeds: UNREAD,
  },
  {
    key: 'LQD_ETF',
    symbol: 'LQD',
    name: 'iShares investment grade ETF',
    class: 'us_cash',
    country: 'US',
    unit: 'usd_per_share',
    bounds: within(50, 300, relative(0.25)),
    feeds: CROSS_ASSET,
  },
  {
    key: 'CRB',
    symbol: 'GSG',
    name: 'iShares S&P GSCI ETF, a proxy of a commodity index',
    class: 'us_cash',
    country: 'US',
    unit: 'usd_per_share',
    bounds: within(3, 200, relative(0.25)),
    feeds: UNREAD,
  },
];

function buildInstrument(entry: Entry): Instrument {
  const traits = TRAITS[entry.class];
  const { mandatory = false } = entry;
  return {
    key: entry.key,
    code: entry.symbol,
    name: entry.name,
    unit: entry.unit,
    frequency: 'D',
    country: entry.country,
    calendar: traits.calendar,
    release: traits.release,
    vintageMode: 'first_seen',
    mandatory,
    scale: scaleOf(entry.unit),
    // A split or a dividend restates the history of a share.
    revises: entry.unit.endsWith('_per_share'),
    ...entry.bounds,
    maxStaleness: usualStaleness('D', mandatory),
    verified: entry.verified ?? SYMBOL_ONLY,
    feeds: entry.feeds,
    class: entry.class,
    hasVolume: entry.hasVolume ?? traits.hasVolume,
  };
}

/**
 * The 28 instruments asked from Yahoo Finance. Prices of futures are front-month and unadjusted for rolls; soybeans and
 * corn are in US cents.
 */
export const INSTRUMENTS: readonly Instrument[] = ENTRIES.map(buildInstrument);
