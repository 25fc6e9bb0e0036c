import { SchemaDriftError, TransientError } from '../../errors.ts';
import { computeLinear360FromPu, computeRateFromPu } from '../../numeric/rates.ts';
import type { Day } from '../../time.ts';
import type {
  CurvePointRow,
  DecimalText,
  FetchWindow,
  KeyDefinition,
  ParseResult,
  RejectedRow,
} from '../connector.ts';
import { roundToDecimalText, shiftDecimal } from '../decimal-text.ts';
import { isDecimalText } from '../json-body.ts';
import { describeContract, isFutureTicker, type Contract, type Family } from './contracts.ts';

const RATE_DECIMALS = 12;
const BLOCK_START = '<PricRpt>';
const BLOCK_END = '</PricRpt>';
const DOCUMENT_END = /<\/Document>\s*$/;

/** One settlement as the report has it: price and rate in percent as text, either may be absent. */
interface Settlement {
  readonly ticker: string;
  readonly tradeDate: string;
  readonly price: string | null;
  readonly percent: string | null;
}

const TICKER_FIELD = /<TckrSymb>\s*([^<\s]*)\s*<\/TckrSymb>/;
const TRADE_DATE_FIELD = /<TradDt>\s*<Dt>\s*([^<\s]*)\s*<\/Dt>\s*<\/TradDt>/;
const PRICE_FIELD = /<AdjstdQt(?:\s[^>]*)?>\s*([^<\s]*)\s*<\/AdjstdQt>/;
const PERCENT_FIELD = /<AdjstdQtTax(?:\s[^>]*)?>\s*([^<\s]*)\s*<\/AdjstdQtTax>/;

/**
 * Settlements of the futures we take. The report is 3 to 50 MiB of which they are a tenth: blocks are found by scanning,
 * because a full XML parse would hold the event loop for a second.
 */
function* scanReport(xml: string): Generator<Settlement> {
  for (let start = xml.indexOf(BLOCK_START); start !== -1;) {
    const end = xml.indexOf(BLOCK_END, start);
    if (end === -1)
      throw new TransientError('Reading a B3 price report', { expected: 'a whole report', got: 'a cut one' });
    const block = xml.slice(start, end);
    const ticker = TICKER_FIELD.exec(block)?.[1] ?? '';
    if (isFutureTicker(ticker)) {
      yield {
        ticker,
        tradeDate: TRADE_DATE_FIELD.exec(block)?.[1] ?? '',
        price: PRICE_FIELD.exec(block)?.[1] ?? null,
        percent: PERCENT_FIELD.exec(block)?.[1] ?? null,
      };
    }
    start = xml.indexOf(BLOCK_START, end);
  }
}

type Quote = Pick<CurvePointRow, 'curveId' | 'rate' | 'price' | 'rateKind'>;

function toRate(value: number | null): DecimalText | null {
  return value === null ? null : roundToDecimalText(value, RATE_DECIMALS);
}

function quotePrice(
  settlement: Settlement,
  curveId: CurvePointRow['curveId'],
  rateKind: CurvePointRow['rateKind'],
  computeRate: (price: number) => number | null,
): Quote | null {
  const { price, percent } = settlement;
  const rate = price === null ? null : toRate(computeRate(Number(price)));
  if (rate !== null) return { curveId, rateKind, rate, price };
  return percent === null ? null : { curveId, rateKind, rate: shiftDecimal(percent, -2), price: null };
}

/** How each family's settlement becomes a curve point; null when the report has no usable number for it. */
const QUOTES: Readonly<Record<Family, (settlement: Settlement, contract: Contract) => Quote | null>> = {
  DI1: (settlement, { businessDays }) =>
    quotePrice(settlement, 'DI_PRE', 'zero', (price) => computeRateFromPu(price, businessDays)),
  DAP: (settlement, { businessDays }) =>
    quotePrice(settlement, 'DI_IPCA', 'zero', (price) => computeRateFromPu(price, businessDays)),
  DDI: (settlement, { calendarDays }) =>
    quotePrice(settlement, 'CUPOM_CAMBIAL', 'linear360', (price) =>
      computeLinear360FromPu(price, calendarDays),
    ),
  FRC: ({ percent, price }) => {
    const quoted = percent ?? price;
    if (quoted === null) return null;
    return { curveId: 'CUPOM_CAMBIAL', rateKind: 'linear360', rate: shiftDecimal(quoted, -2), price: null };
  },
  DOL: ({ price }) => {
    if (price === null || !(Number(price) > 0)) return null;
    return { curveId: 'USDBRL_FWD', rateKind: 'forward_price', rate: null, price: shiftDecimal(price, -3) };
  },
};

function readQuote(settlement: Settlement, contract: Contract): Quote | string {
  const { price, percent } = settlement;
  if (contract.businessDays <= 0) return 'matures on the trade date';
  if ([price, percent].some((text) => text !== null && !isDecimalText(text))) return 'unreadable number';
  return QUOTES[contract.family](settlement, contract) ?? 'no settlement';
}

function buildPoint(
  contract: Contract,
  date: Day,
  quote: Quote,
  release: KeyDefinition['release'],
): CurvePointRow {
  const released = release.timeOf(date);
  return {
    table: 'curve_points',
    key: contract.family,
    curveId: quote.curveId,
    date,
    vertex: contract.ticker,
    maturity: contract.maturity,
    calendarDays: contract.calendarDays,
    businessDays: contract.businessDays,
    rate: quote.rate,
    price: quote.price,
    rateKind: quote.rateKind,
    vintageAt: null,
    releaseTime: released.time,
    releaseBasis: released.basis,
  };
}

/**
 * Settlements of one session from the XML of B3's price report (BVBG.186 or BVBG.187), by family and maturity: `DI_PRE`
 * from DI1 and `DI_IPCA` from DAP as `(100000/PU)^(252/du) − 1`; `CUPOM_CAMBIAL` from DDI as `(100000/PU − 1)·360/dc`,
 * which is dirty (it carries the spot move since the last PTAX), and from FRC as quoted, a forward from the first DDI
 * maturity; `USDBRL_FWD` from DOL in BRL per USD. Rows carry the family as key: one file feeds all five.
 *
 * @throws SchemaDriftError when the report is of another session or no price report, TransientError when it is cut.
 */
export function parsePriceReport(key: KeyDefinition, window: FetchWindow, xml: string): ParseResult {
  if (!DOCUMENT_END.test(xml.slice(-100))) {
    throw new TransientError('Reading a B3 price report', { expected: 'a whole report', got: 'a cut one' });
  }
  const session = window.from;
  const points = new Map<string, CurvePointRow>();
  const rejected: RejectedRow[] = [];
  let otherDate: string | null = null;
  for (const settlement of scanReport(xml)) {
    const { ticker, tradeDate } = settlement;
    const contract = describeContract(ticker, session);
    const quote = tradeDate === session ? readQuote(settlement, contract) : 'other trade date';
    if (typeof quote !== 'string') {
      points.set(ticker, buildPoint(contract, session, quote, key.release));
      continue;
    }
    if (tradeDate !== session) otherDate = tradeDate;
    rejected.push({ key: contract.family, date: session, reason: quote, raw: JSON.stringify(settlement) });
  }
  if (points.size === 0 && otherDate !== null) {
    const detail = { expected: `trade date ${session}`, got: JSON.stringify(otherDate) };
    throw new SchemaDriftError('Reading a B3 price report', detail);
  }
  if (!xml.includes(BLOCK_START)) {
    const got = JSON.stringify(xml.slice(0, 120));
    throw new SchemaDriftError('Reading a B3 price report', { expected: BLOCK_START, got });
  }
  const rows = [...points.values()].sort((a, b) =>
    a.key === b.key ? a.calendarDays - b.calendarDays : a.key < b.key ? -1 : 1,
  );
  return { rows, rejected };
}
