import { getCalendar } from '../../calendars/calendars.ts';
import { PermanentError, SchemaDriftError } from '../../errors.ts';
import {
  addDays,
  addMonths,
  daysBetween,
  isDay,
  nextWeekday,
  SAO_PAULO,
  zonedInstant,
  type Day,
} from '../../time.ts';
import type {
  Connector,
  DecimalText,
  FetchWindow,
  FixingRow,
  KeyDefinition,
  ParseResult,
  Payload,
  RejectedRow,
  WindowRequest,
} from '../connector.ts';
import { formatMonthFirstDay } from '../day-text.ts';
import { excerptOf, isDecimalText, parseJsonKeepingDecimals, readBodyText } from '../json-body.ts';
import { isMonthlyReread } from '../reread.ts';
import { PTAX_KEYS } from './registry.ts';

const BASE = 'https://olinda.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata/';
const DOLLAR = 'USD';
/** The first full year of the real: every model reads the same dollar history, whatever partition asks first. */
const DOLLAR_HISTORY_START = 1995;
const OTHER_HISTORY_YEARS = 2;
const RECENT_DAYS = 7;
/** How far back a correction is looked for once a month. */
const MONTHLY_DAYS = 60;
const MAX_EMPTY_DAYS = 7;

/** The BCB's PTAX service (OData): one closing bulletin per currency and business day. */
export const ptaxConnector: Connector = {
  provider: 'bcb_ptax',
  keys: PTAX_KEYS,
  windows: listWindows,
  async fetch(key, window, http) {
    const payload = await http.get({ part: 'bulletins', url: buildUrl(key, window) });
    readBulletins(key, payload);
    return [payload];
  },
  parse: parsePayloads,
};

function listWindows(key: KeyDefinition, request: WindowRequest): FetchWindow[] {
  const last = minDay(nextWeekday(request.to), request.today);
  if (request.mode === 'recent') {
    const from = addDays(request.from, -(isMonthlyReread(request) ? MONTHLY_DAYS : RECENT_DAYS));
    return [{ key: key.key, id: `recent-${from}-${last}`, from, to: last }];
  }
  const first =
    key.code === DOLLAR
      ? DOLLAR_HISTORY_START
      : Number(addMonths(request.from, -12 * OTHER_HISTORY_YEARS).slice(0, 4));
  const windows: FetchWindow[] = [];
  for (let year = first; `${year}-01-01` <= last; year += 1) {
    windows.push({
      key: key.key,
      id: `${year}`,
      from: `${year}-01-01`,
      to: minDay(`${year}-12-31`, request.today),
    });
  }
  return windows;
}

function minDay(left: Day, right: Day): Day {
  return left < right ? left : right;
}

/** The operation of the dollar has one bulletin a day; of the others there is one that leaves out all but the closing. */
function buildUrl(key: KeyDefinition, window: FetchWindow): string {
  const isDollar = key.code === DOLLAR;
  const [operation, first, last] = isDollar
    ? ['CotacaoDolarPeriodo(', 'dataInicial', 'dataFinalCotacao']
    : ['CotacaoMoedaPeriodoFechamento(codigoMoeda=@codigoMoeda,', 'dataInicialCotacao', 'dataFinalCotacao'];
  const values = [
    ...(isDollar ? [] : [`@codigoMoeda='${key.code}'`]),
    `@${first}='${formatMonthFirstDay(window.from)}'`,
    `@${last}='${formatMonthFirstDay(window.to)}'`,
    '$format=json',
    '$top=10000',
    '$orderby=dataHoraCotacao',
  ];
  return `${BASE}${operation}${first}=@${first},${last}=@${last})?${values.join('&')}`;
}

interface Bulletin {
  readonly bid: DecimalText;
  readonly ask: DecimalText;
  readonly day: Day;
  /** Wall clock in São Paulo with milliseconds. */
  readonly clock: string;
  readonly isClockInvented: boolean;
}

/** Recordings rebuilt from daily tables have no clock of publication: they carry these, and say so. */
const INVENTED_CLOCKS = new Set(['18:00:00.000', '21:00:00.000']);

function parsePayloads(key: KeyDefinition, window: FetchWindow, payloads: readonly Payload[]): ParseResult {
  const byDay = new Map<Day, Bulletin>();
  const rejected: RejectedRow[] = [];
  for (const payload of payloads) {
    const bulletins = readBulletins(key, payload);
    if (bulletins.length === 0 && payload.replay?.outcome === undefined) assertMayBeEmpty(key, window);
    for (const bulletin of bulletins) {
      if (bulletin.day < window.from || bulletin.day > window.to) continue;
      const known = byDay.get(bulletin.day);
      if (known === undefined) {
        byDay.set(bulletin.day, bulletin);
      } else if (Number(known.bid) !== Number(bulletin.bid) || Number(known.ask) !== Number(bulletin.ask)) {
        // A corrected bulletin counts from its own publication, not from that of the wrong one.
        rejected.push({
          key: key.key,
          date: known.day,
          reason: 'replaced by a later bulletin',
          raw: JSON.stringify(known),
        });
        byDay.set(bulletin.day, bulletin);
      }
    }
  }
  return { rows: [...byDay.values()].map((bulletin) => buildRow(key, bulletin)), rejected };
}

function buildRow(key: KeyDefinition, { bid, ask, day, clock, isClockInvented }: Bulletin): FixingRow {
  return {
    table: 'fixings',
    key: key.key,
    date: day,
    bulletin: 'closing',
    bid,
    ask,
    vintageAt: null,
    releaseTime: zonedInstant(day, clock, SAO_PAULO),
    releaseBasis: isClockInvented ? 'lag_rule' : 'provider',
  };
}

/** A wrongly written date is answered with an empty list, so a long empty window is not believed. */
function assertMayBeEmpty(key: KeyDefinition, window: FetchWindow): void {
  const days = daysBetween(window.from, window.to) + 1;
  const sessions = getCalendar('BR_ANBIMA').count(addDays(window.from, -1), window.to);
  if (days <= MAX_EMPTY_DAYS || sessions === 0) return;
  throw new PermanentError(`PTAX has no bulletin of ${key.code} from ${window.from} to ${window.to}`, {
    subject: key.key,
    expected: `bulletins on ${sessions} business days`,
    got: 'an empty list',
  });
}

/** The endpoint of the dollar has one bulletin a day and no field for its kind. */
const isClosing = (kind: unknown): boolean =>
  kind === undefined || (typeof kind === 'string' && kind.startsWith('Fechamento'));

/** Closing bulletins of an answer, in order of publication. */
function readBulletins(key: KeyDefinition, payload: Payload): Bulletin[] {
  const subject = `${key.key} (PTAX ${key.code})`;
  assertNotRefused(subject, payload);
  const body = parseJsonKeepingDecimals(payload, subject);
  const items = typeof body === 'object' && body !== null && 'value' in body ? body.value : undefined;
  if (!Array.isArray(items)) throw driftOf(subject, '{value: [...]}', readBodyText(payload));
  return items
    .map((item: unknown) => readFields(subject, item))
    .filter(({ tipoBoletim }) => isClosing(tipoBoletim))
    .map((fields) =>
      readBulletin(subject, fields, payload.replay?.marked?.includes('invented-clock') === true),
    )
    .toSorted((a, b) => (`${a.day} ${a.clock}` < `${b.day} ${b.clock}` ? -1 : 1));
}

/** The service writes its errors as JSON inside a comment, whatever the status. A page is left to the JSON reader. */
function assertNotRefused(subject: string, payload: Payload): void {
  const text = readBodyText(payload);
  if (text.startsWith('<') || (payload.status === 200 && !text.startsWith('/*'))) return;
  const [, message] = /"mensagem"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  throw new PermanentError(`PTAX refused ${subject}`, {
    subject,
    expected: 'HTTP 200',
    got: `HTTP ${payload.status}: ${message ?? excerptOf(text)}`,
  });
}

type Fields = Readonly<Record<string, unknown>>;

function readFields(subject: string, item: unknown): Fields {
  if (typeof item === 'object' && item !== null) return { ...item };
  throw driftOf(subject, 'a bulletin object', JSON.stringify(item));
}

const MOMENT = /^(\d{4}-\d{2}-\d{2}) ((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,6}))?$/;

function readBulletin(subject: string, fields: Fields, hasInventedClocks: boolean): Bulletin {
  const { cotacaoCompra: bid, cotacaoVenda: ask, dataHoraCotacao: moment } = fields;
  const [, day, time, fraction] = (typeof moment === 'string' ? MOMENT.exec(moment) : null) ?? [];
  const isPriced =
    typeof bid === 'string' && isDecimalText(bid) && typeof ask === 'string' && isDecimalText(ask);
  if (!isPriced || day === undefined || !isDay(day)) {
    throw driftOf(subject, '{cotacaoCompra, cotacaoVenda, dataHoraCotacao}', JSON.stringify(fields));
  }
  const clock = `${time}.${(fraction ?? '').padEnd(3, '0').slice(0, 3)}`;
  return { bid, ask, day, clock, isClockInvented: hasInventedClocks && INVENTED_CLOCKS.has(clock) };
}

function driftOf(subject: string, expected: string, got: string): SchemaDriftError {
  return new SchemaDriftError(`PTAX changed its answer for ${subject}`, {
    subject,
    expected,
    got: excerptOf(got),
  });
}
