import { getCalendar } from '../../calendars/calendars.ts';
import { SchemaDriftError, TransientError } from '../../errors.ts';
import { daysBetween, type Day } from '../../time.ts';
import type { CurvePointRow, FetchWindow, KeyDefinition, ParseResult, RejectedRow } from '../connector.ts';
import { parseBrazilianDay } from '../day-text.ts';
import { shiftDecimal } from '../decimal-text.ts';
import { isDecimalText } from '../json-body.ts';

/** Zero-coupon inflation bonds (NTN-B Principal): the only type whose yield is a point of a zero curve. */
const NTN_B_PRINCIPAL = 'tesouro ipca+';

const COLUMNS = [
  'tipo titulo',
  'data vencimento',
  'data base',
  'taxa compra manha',
  'taxa venda manha',
  'pu compra manha',
  'pu venda manha',
  'pu base manha',
] as const;

function normalizeTitle(title: string): string {
  return title
    .normalize('NFD')
    .replace(/[\u0300-\u036F"]/g, '')
    .trim()
    .toLowerCase();
}

function readDate(text: string): Day {
  const day = parseBrazilianDay(text.trim());
  if (day !== null) return day;
  throw new SchemaDriftError('Reading the Tesouro price file', {
    expected: 'a date',
    got: JSON.stringify(text),
  });
}

function checkHeader(line: string): void {
  const titles = line.split(';').map(normalizeTitle);
  if (titles.length === COLUMNS.length && COLUMNS.every((column, index) => titles[index] === column)) return;
  const got = JSON.stringify(line.slice(0, 160));
  throw new SchemaDriftError('Reading the Tesouro price file', { expected: COLUMNS.join(';'), got });
}

/**
 * Yields of NTN-B Principal from the Tesouro Transparente price file, at the rate at which the Treasury sells (`Taxa Compra
 * Manha`, the side without the redemption spread). A bond that is not on offer has 0 there and is rejected: 0 is no yield.
 * Business days run from the base date to the maturity, both by the ANBIMA list of the base date.
 *
 * @throws SchemaDriftError on other columns or an unreadable date, TransientError when the last line is cut.
 */
export function parseTesouro(key: KeyDefinition, window: FetchWindow, text: string): ParseResult {
  const lines = text.split(/\r?\n/);
  checkHeader(lines[0] ?? '');
  const points = new Map<string, CurvePointRow>();
  const rejected: RejectedRow[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue;
    const cells = line.split(';');
    if (cells.length !== COLUMNS.length) {
      const detail = { expected: `${COLUMNS.length} columns`, got: JSON.stringify(line.slice(0, 120)) };
      if (index === lines.length - 1) throw new TransientError('Reading the Tesouro price file', detail);
      throw new SchemaDriftError('Reading the Tesouro price file', detail);
    }
    const [type = '', maturityText = '', dateText = '', buyText = ''] = cells;
    if (normalizeTitle(type) !== NTN_B_PRINCIPAL) continue;
    const [date, maturity] = [readDate(dateText), readDate(maturityText)];
    if (date < window.from || date > window.to) continue;
    const percent = buyText.trim().replace(',', '.');
    const calendar = getCalendar('BR_ANBIMA', date);
    const businessDays = maturity > date ? calendar.count(date, maturity) : 0;
    if (!isDecimalText(percent) || Number(percent) === 0 || businessDays <= 0) {
      const reason = businessDays <= 0 ? 'matured' : 'no rate on offer';
      rejected.push({ key: key.key, date, reason, raw: line });
      continue;
    }
    const released = key.release.timeOf(date);
    points.set(`${date} ${maturity}`, {
      table: 'curve_points',
      key: key.key,
      curveId: 'NTN_B_REAL',
      date,
      vertex: maturity,
      maturity,
      calendarDays: daysBetween(date, maturity),
      businessDays,
      rate: shiftDecimal(percent, -2),
      price: null,
      rateKind: 'yield',
      vintageAt: null,
      releaseTime: released.time,
      releaseBasis: released.basis,
    });
  }
  const order = (row: CurvePointRow): string => `${row.date} ${row.vertex}`;
  return { rows: [...points.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)), rejected };
}
