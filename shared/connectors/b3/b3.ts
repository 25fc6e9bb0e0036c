import { getCalendar } from '../../calendars/calendars.ts';
import { PermanentError, SchemaDriftError } from '../../errors.ts';
import type { HttpClient } from '../../http.ts';
import { addDays, type Day } from '../../time.ts';
import type {
  Connector,
  FetchWindow,
  KeyDefinition,
  ParseResult,
  Payload,
  WindowRequest,
} from '../connector.ts';
import { decodeText, pickPayload, requireOk } from '../payload-text.ts';
import { B3_KEYS, PRICE_REPORT_KEY, SWAP_FILE_KEY, TESOURO_KEY } from './keys.ts';
import { parsePriceReport } from './price-report.ts';
import { readArchive } from './read-archive.ts';
import { parseTaxaSwap } from './taxa-swap.ts';
import { parseTesouro } from './tesouro.ts';

const DOWNLOAD_URL = 'https://www.b3.com.br/pesquisapregao/download?filelist=';
const TESOURO_URL =
  'https://www.tesourotransparente.gov.br/ckan/dataset/df56aa42-484a-4a59-8184-7676580c81e3/resource/' +
  '796d2059-14e9-44e3-80c9-2d9e30b405c1/download/precotaxatesourodireto.csv';

const FILE_PART = 'file';
const RECENT_SESSIONS = 10;
const TESOURO_START: Day = '2004-12-31';
const TESOURO_RECENT_DAYS = 15;

/** A file that B3 publishes once per session. */
interface SessionFile {
  readonly nameOf: (session: Day) => string;
  /** Picks the file with the data out of the archive. */
  readonly isData: (name: string) => boolean;
  readonly parse: (key: KeyDefinition, window: FetchWindow, text: string) => ParseResult;
}

function toShortDate(session: Day): string {
  return session.replaceAll('-', '').slice(2);
}

const SESSION_FILES: Readonly<Record<string, SessionFile>> = {
  [PRICE_REPORT_KEY.key]: {
    nameOf: (session) => `SPRD${toShortDate(session)}.zip`,
    isData: (name) => /\.xml$/i.test(name),
    parse: parsePriceReport,
  },
  [SWAP_FILE_KEY.key]: {
    nameOf: (session) => `TS${toShortDate(session)}.ex_`,
    isData: (name) => /\.txt$/i.test(name),
    parse: parseTaxaSwap,
  },
};

/**
 * One window per session. A file asked for on its own session may not be out yet: it has another id, so that the session
 * is asked again later.
 */
function listSessionWindows(key: KeyDefinition, request: WindowRequest): FetchWindow[] {
  const calendar = getCalendar('B3');
  const { today } = request;
  const last = request.to < today ? request.to : today;
  const anchor = request.mode === 'recent' ? calendar.next(last) : request.from;
  const windows: FetchWindow[] = [];
  for (
    let session = calendar.add(anchor, -RECENT_SESSIONS);
    session <= last;
    session = calendar.next(session)
  ) {
    windows.push({
      key: key.key,
      id: session === today ? `${session}-early` : session,
      from: session,
      to: session,
    });
  }
  return windows;
}

function listWindows(key: KeyDefinition, request: WindowRequest): FetchWindow[] {
  if (key.key in SESSION_FILES) return listSessionWindows(key, request);
  if (key.key !== TESOURO_KEY.key) return [];
  const { mode, today } = request;
  if (mode === 'history') return [{ key: key.key, id: 'all', from: TESOURO_START, to: today }];
  return [{ key: key.key, id: `recent-${today}`, from: addDays(today, -TESOURO_RECENT_DAYS), to: today }];
}

async function fetchFile(key: KeyDefinition, window: FetchWindow, http: HttpClient): Promise<Payload[]> {
  if (key.key === TESOURO_KEY.key)
    return [await http.get({ part: FILE_PART, url: TESOURO_URL, isRevalidated: true })];
  const file = SESSION_FILES[key.key];
  if (file === undefined)
    throw new PermanentError(`B3 key ${key.key} has no file of its own`, { subject: key.key });
  return [await http.get({ part: FILE_PART, url: `${DOWNLOAD_URL}${file.nameOf(window.from)}` })];
}

function isArchive(body: Uint8Array): boolean {
  return body[0] === 0x50 && body[1] === 0x4b;
}

function parseSessionFile(
  key: KeyDefinition,
  window: FetchWindow,
  file: SessionFile,
  payload: Payload,
): ParseResult {
  if (!isArchive(payload.body) || payload.status !== 200) requireOk(payload, decodeText(payload.body));
  const files = readArchive(payload.body);
  if (files.length === 0) return { rows: [], rejected: [] };
  // A full report may come in several parts of the evening: the last by name is the final one.
  const data = files.findLast(({ name }) => file.isData(name));
  if (data !== undefined) return file.parse(key, window, decodeText(data.bytes));
  const got = files.map(({ name }) => name).join(', ');
  throw new SchemaDriftError(`Reading ${payload.url}`, { expected: 'the data file in the archive', got });
}

function parseFile(key: KeyDefinition, window: FetchWindow, payload: Payload): ParseResult {
  const file = SESSION_FILES[key.key];
  if (file !== undefined) return parseSessionFile(key, window, file, payload);
  if (key.key !== TESOURO_KEY.key) {
    throw new PermanentError(`B3 key ${key.key} has no file of its own`, { subject: key.key });
  }
  const text = decodeText(payload.body);
  requireOk(payload, text);
  return parseTesouro(key, window, text);
}

/**
 * B3's files of a session (price report of the futures, reference swap rates), each fetched once under the key that owns it,
 * and the Tesouro's file of bond yields.
 *
 * Source: https://www.b3.com.br/pesquisapregao, public by 20:00 America/Sao_Paulo of the session;
 * https://www.tesourotransparente.gov.br, a business day later.
 */
export const b3Connector: Connector = {
  provider: 'b3',
  keys: B3_KEYS,
  windows: listWindows,
  fetch: fetchFile,
  parse: (key, window, payloads) => parseFile(key, window, pickPayload(payloads, FILE_PART)),
};
