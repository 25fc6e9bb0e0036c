import { zipSync, type Zippable } from 'fflate';
import {
  answerBody,
  markAs,
  markNotRecorded,
  markSpan,
  type ReplayAnswer,
  type ReplayRequest,
} from './answer.ts';
import { buildPriceReport, type PriceRow } from './price-report.ts';
import {
  compareText,
  rankPath,
  RANK,
  sortFiles,
  type RecordedFile,
  type RecordedKey,
  type Recordings,
} from './recordings.ts';
import { spanDates } from './span.ts';

/** Host of the B3 download service. */
export const B3_HOST = 'www.b3.com.br';

/** One session: the recorded inner archive, or the rows of a table. */
type Session =
  | { readonly kind: 'archive'; readonly path: string }
  | { readonly kind: 'table'; readonly path: string; readonly rows: readonly PriceRow[] };

const PATH = '/pesquisapregao/download';
const REPORT_NAME = /^(?:SPRD|PR)(\d{2})(\d{2})(\d{2})\.zip$/i;
const ARCHIVE = /^b3\/(?:recorded|reencoded)\/(?:SPRD|PR)(\d{2})(\d{2})(\d{2})\.zip$/;
const SETTLEMENT_TABLE = /^b3\/tables\/settlement_prices_[^/]*\.csv$/;
const RATE_TABLE = /^b3\/tables\/di1_daily_curve_[^/]*\.csv$/;
const ZIP_TYPE = 'application/x-zip-compressed';

/** A ZIP end record and nothing else, 22 bytes: what B3 sends for a day without a session. */
export const EMPTY_ZIP = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Uint8Array(18));

/** Quoted decimals per contract in the recorded reports; FRC quotes its rate, so it fills `AdjstdQtTax`. */
const TICK_DECIMALS: Readonly<Record<string, number>> = {
  DI1: 2,
  DAP: 2,
  DDI: 2,
  FRC: 2,
  DOL: 3,
  WDO: 3,
  IND: 0,
  WIN: 0,
};
const RATE_QUOTED = new Set(['FRC']);
const MAX_DECIMALS = 6;

/**
 * Answers `/pesquisapregao/download?filelist=SPRDyymmdd.zip`: a ZIP with one inner ZIP per file of the list. A session
 * that nobody recorded, and every file of another kind (TS…), is the empty ZIP.
 */
export function answerB3(request: ReplayRequest, recordings: Recordings): ReplayAnswer {
  if (request.path !== PATH) return answerBody(404, 'text/html', '<html><body>Not Found</body></html>');
  const names = (request.query.get('filelist') ?? '').split(',').filter((name) => name !== '');
  const sessions = readSessions(recordings);
  const found = names.flatMap((name) => {
    const date = readReportDate(name);
    const session = date === undefined ? undefined : sessions.get(date);
    return date === undefined || session === undefined ? [] : [{ name, date, session }];
  });
  const span = spanDates(found.map(({ date }) => date));
  if (span === undefined) return markNotRecorded(answerBody(200, ZIP_TYPE, EMPTY_ZIP));
  const body = recordings.remember(`b3 ${names.join(',')}`, () => {
    const inner: Zippable = {};
    for (const { name, date, session } of found)
      inner[name] = [readInner(session, date, recordings), { level: 0, mtime: stampFile(date) }];
    return zipSync(inner);
  });
  const marks = found.some(({ session }) => session.kind === 'table') ? ['re-encoded'] : [];
  return markAs(markSpan(answerBody(200, ZIP_TYPE, body), span), marks);
}

/** The price report as one key; its sessions are the segments, each a day long. */
export function listB3Keys(recordings: Recordings): readonly RecordedKey[] {
  const sessions = readSessions(recordings);
  const span = spanDates(sessions.keys());
  if (span === undefined) return [];
  const segments = [...sessions.keys()].map((date) => ({ first: date, last: date }));
  const files = [...new Set([...sessions.values()].map((session) => session.path))].toSorted();
  return [{ provider: 'b3_market_data', key: 'SPRD', span, segments, marks: ['re-encoded'], files }];
}

function readReportDate(name: string): string | undefined {
  const match = REPORT_NAME.exec(name);
  return match === null ? undefined : `20${match[1]}-${match[2]}-${match[3]}`;
}

function readSessions(recordings: Recordings): ReadonlyMap<string, Session> {
  return recordings.remember('b3 sessions', () => {
    const files = recordings.files
      .map((path) => readArchive(path) ?? readTable(path, recordings))
      .filter((file) => file !== undefined);
    const sessions = new Map<string, Session>();
    for (const file of sortFiles(files)) {
      for (const [date, session] of file.rows) if (!sessions.has(date)) sessions.set(date, session);
    }
    return new Map([...sessions].toSorted(([a], [b]) => compareText(a, b)));
  });
}

function readArchive(path: string): RecordedFile<Session> | undefined {
  const match = ARCHIVE.exec(path);
  if (match === null) return undefined;
  const date = `20${match[1]}-${match[2]}-${match[3]}`;
  const rows = new Map<string, Session>([[date, { kind: 'archive', path }]]);
  return { path, rank: rankPath(path), span: { first: date, last: date }, rows };
}

function readTable(path: string, recordings: Recordings): RecordedFile<Session> | undefined {
  const toRow = SETTLEMENT_TABLE.test(path) ? readSettlement : RATE_TABLE.test(path) ? readRate : undefined;
  if (toRow === undefined) return undefined;
  const [header = [], ...cells] = recordings.readRows(path);
  const days = new Map<string, PriceRow[]>();
  for (const row of cells) {
    const record = Object.fromEntries(header.map((name, index) => [name, row[index] ?? '']));
    const date = record['refdate'] ?? record['date'] ?? '';
    const day = days.get(date) ?? [];
    day.push(toRow(record));
    days.set(date, day);
  }
  const span = spanDates(days.keys());
  if (span === undefined) return undefined;
  const rows = new Map(
    [...days].map(([date, prices]): [string, Session] => [date, { kind: 'table', path, rows: prices }]),
  );
  return { path, rank: RANK.tables, span, rows };
}

function readSettlement(record: Readonly<Record<string, string>>): PriceRow {
  const root = record['commodity'] ?? '';
  const decimals = TICK_DECIMALS[root] ?? MAX_DECIMALS;
  const price = formatTick(record['price'], decimals);
  const previous = formatTick(record['previous_price'], decimals);
  const ticker = record['symbol'] ?? '';
  return RATE_QUOTED.has(root)
    ? { ticker, AdjstdQtTax: price, PrvsAdjstdQtTax: previous }
    : { ticker, AdjstdQt: price, PrvsAdjstdQt: previous };
}

function readRate(record: Readonly<Record<string, string>>): PriceRow {
  return {
    ticker: record['ticker'] ?? '',
    OpnIntrst: record['open_interest'],
    RglrTxsQty: record['trades'],
    AdjstdQtTax: record['settlement_rate_pct'],
  };
}

/** The table carries the dust of binary floats (100404.98999999999): rounded to the quoted tick, zeros cut as B3 does. */
function formatTick(text: string | undefined, decimals: number): string | undefined {
  return text === undefined || text === '' ? undefined : String(Number(Number(text).toFixed(decimals)));
}

function readInner(session: Session, date: string, recordings: Recordings): Uint8Array {
  if (session.kind === 'archive') return recordings.readBytes(session.path);
  const name = `BVBG.187.01_REENCODED_${date.replaceAll('-', '')}.xml`;
  const xml = new TextEncoder().encode(buildPriceReport(date, session.path, session.rows));
  return zipSync({ [name]: [xml, { level: 6, mtime: stampFile(date) }] });
}

function stampFile(date: string): string {
  return `${date}T20:00:00`;
}
