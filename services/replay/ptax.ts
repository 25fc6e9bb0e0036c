import {
  answerBody,
  markAs,
  markNotRecorded,
  markSpan,
  type ReplayAnswer,
  type ReplayRequest,
} from './answer.ts';
import { parseAmericanDate } from './calendar-date.ts';
import {
  mergeFiles,
  rankPath,
  RANK,
  type RecordedFile,
  type RecordedKey,
  type Recordings,
} from './recordings.ts';
import { readSgsSeries } from './sgs.ts';
import { hullSpans, listSpansWithin, mergeSpans, spanDates, type Span } from './span.ts';

/** Host of the BCB's Olinda OData service. */
export const PTAX_HOST = 'olinda.bcb.gov.br';

/** One row as the text of its JSON object, so that trailing zeros survive. */
interface PtaxRow {
  /** Field text by name, in wire order; strings keep their quotes. */
  readonly fields: Readonly<Record<string, string>>;
  readonly marks: readonly string[];
}

/** One recorded entity and currency: the rows of each day in wire order. */
interface PtaxKey {
  readonly days: ReadonlyMap<string, readonly PtaxRow[]>;
  readonly segments: readonly Span[];
  readonly files: readonly string[];
}

const PREFIX = '/olinda/servico/PTAX/versao/v1/odata/';
const CALL = /^(Cotacao\w+)\(([^)]*)\)$/;
const DOLLAR_FILE = /^ptax\/(?:recorded|reencoded|tables)\/CotacaoDolarPeriodo_[^/]*\.(json|csv)$/;
const CURRENCY_FILE = /^ptax\/(?:recorded|reencoded)\/CotacaoMoeda\w+_([A-Z]{3})_[^/]*\.json$/;
const CONTEXT = 'https://was-p.bcnet.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata$metadata#_';
const SELL_CODE = '1';
const BUY_CODE = '10813';
const WIRE_DECIMALS = 5;
const MAX_GAP_DAYS = 10;

/** First day of the method that publishes around 13 h; before it the closing rate came in the evening. */
const MIDDAY_METHOD = '2011-07-01';

/** Names of the first and last day (or the only day) among the parameters of each entity. */
const DAY_PARAMETERS: Readonly<Record<string, readonly [string, string]>> = {
  CotacaoDolarPeriodo: ['dataInicial', 'dataFinalCotacao'],
  CotacaoDolarDia: ['dataCotacao', 'dataCotacao'],
  CotacaoMoedaPeriodo: ['dataInicial', 'dataFinalCotacao'],
  CotacaoMoedaPeriodoFechamento: ['dataInicialCotacao', 'dataFinalCotacao'],
  CotacaoMoedaDia: ['dataCotacao', 'dataCotacao'],
};

/**
 * Answers the `Cotacao…` functions. A date that is not `MM-DD-YYYY` gives the same empty answer as a holiday; a missing
 * alias and an unknown property give an error inside a comment, without content type.
 */
export function answerPtax(request: ReplayRequest, recordings: Recordings): ReplayAnswer {
  const call = request.path.startsWith(PREFIX) ? CALL.exec(request.path.slice(PREFIX.length)) : null;
  const entity = call?.[1] ?? '';
  const names = DAY_PARAMETERS[entity];
  if (call === null || names === undefined) return answerError(404, `Could not find the entity '${entity}'.`);
  const parameters = readParameters(call[2] ?? '', request.query);
  const missing = [...parameters].find(([, value]) => value === undefined);
  if (missing !== undefined)
    return answerError(500, `The alias of the parameter '${missing[0]}' has no value.`);
  const currency = entity.startsWith('CotacaoDolar')
    ? 'USD'
    : (parameters.get('moeda') ?? parameters.get('codigoMoeda') ?? '');
  const key = entity.startsWith('CotacaoDolar') ? readDollar(recordings) : readCurrency(currency, recordings);
  if (key === undefined) return markNotRecorded(answerRows(entity, [], request));

  const first = parseAmericanDate(parameters.get(names[0]) ?? '');
  const last = parseAmericanDate(parameters.get(names[1]) ?? '');
  const hull = hullSpans(key.segments);
  if (first === undefined || last === undefined) return markSpan(answerRows(entity, [], request), hull);
  const rows = [...key.days].filter(([date]) => date >= first && date <= last).flatMap(([, day]) => day);
  const closing = entity.endsWith('Fechamento')
    ? rows.filter((row) => row.fields['tipoBoletim']?.startsWith('"Fechamento'))
    : rows;
  const property = findUnknownProperty(request.query, closing[0]);
  if (property !== undefined) return answerUnknownProperty(property);
  const within = listSpansWithin(key.segments, { first, last });
  const answer = markSpan(answerRows(entity, closing, request), ...(within.length === 0 ? [hull] : within));
  return within.length === 0 ? markNotRecorded(answer) : answer;
}

/** USD and every recorded currency with the span of its rows. */
export function listPtaxKeys(recordings: Recordings): readonly RecordedKey[] {
  const codes = recordings.files
    .map((path) => CURRENCY_FILE.exec(path)?.[1])
    .filter((code) => code !== undefined);
  return ['USD', ...new Set(codes)].flatMap((code) => {
    const key = code === 'USD' ? readDollar(recordings) : readCurrency(code, recordings);
    const span = key && hullSpans(key.segments);
    if (key === undefined || span === undefined) return [];
    const marks = new Set([...key.days.values()].flatMap((day) => day.flatMap((row) => row.marks)));
    return [
      {
        provider: 'bcb_ptax',
        key: code,
        span,
        ...(key.segments.length > 1 ? { segments: key.segments } : {}),
        ...(marks.size > 0 ? { marks: [...marks] } : {}),
        files: key.files,
      },
    ];
  });
}

/** `name=@alias` and `name='literal'` pairs; an alias without a value in the query stays undefined. */
function readParameters(list: string, query: URLSearchParams): ReadonlyMap<string, string | undefined> {
  return new Map(
    list.split(',').map((pair) => {
      const [name = '', reference = ''] = pair.split('=').map((part) => part.trim());
      const value = reference.startsWith('@') ? query.get(reference) : reference;
      return [name, value === null ? undefined : value.replace(/^'(.*)'$/, '$1')];
    }),
  );
}

function readDollar(recordings: Recordings): PtaxKey | undefined {
  return recordings.remember('ptax USD', () => {
    const files = recordings.files
      .filter((path) => DOLLAR_FILE.test(path))
      .map((path) => readFile(path, recordings))
      .filter((file) => file !== undefined);
    const rebuilt = rebuildFromSgs(recordings);
    return toKey(rebuilt === undefined ? files : [...files, rebuilt.file], [
      ...files.map((file) => file.path),
      ...(rebuilt?.sources ?? []),
    ]);
  });
}

function readCurrency(currency: string, recordings: Recordings): PtaxKey | undefined {
  return recordings.remember(`ptax ${currency}`, () => {
    const files = recordings.files
      .filter((path) => CURRENCY_FILE.exec(path)?.[1] === currency)
      .map((path) => readFile(path, recordings))
      .filter((file) => file !== undefined);
    return toKey(
      files,
      files.map((file) => file.path),
    );
  });
}

function toKey(
  files: readonly RecordedFile<readonly PtaxRow[]>[],
  sources: readonly string[],
): PtaxKey | undefined {
  if (files.length === 0) return undefined;
  const segments = mergeSpans(
    files.map((file) => file.span),
    MAX_GAP_DAYS,
  );
  return { days: mergeFiles(files), segments, files: sources };
}

function readFile(path: string, recordings: Recordings): RecordedFile<readonly PtaxRow[]> | undefined {
  const rank = rankPath(path);
  const marks = rank === RANK.recorded ? [] : ['re-encoded'];
  const texts = path.endsWith('.json') ? readObjects(recordings.readText(path)) : readTable(path, recordings);
  const rows = new Map<string, readonly PtaxRow[]>();
  for (const fields of texts) {
    const date = (fields['dataHoraCotacao'] ?? '').slice(1, 11);
    rows.set(date, [...(rows.get(date) ?? []), { fields, marks }]);
  }
  const span = spanDates(rows.keys());
  return span === undefined ? undefined : { path, rank, span, rows };
}

/** The objects of `value` with the text of each field: `JSON.parse` would turn 5.07670 into 5.0767. */
function readObjects(text: string): readonly Readonly<Record<string, string>>[] {
  const list = text.slice(text.indexOf('[', text.indexOf('"value"')));
  return [...list.matchAll(/\{([^{}]*)\}/g)].map(([, body = '']) => {
    const fields = [...body.matchAll(/"(\w+)"\s*:\s*("[^"]*"|[^,}\s]+)/g)];
    return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
  });
}

function readTable(path: string, recordings: Recordings): readonly Readonly<Record<string, string>>[] {
  const [header = [], ...cells] = recordings.readRows(path);
  return cells.map((row) =>
    Object.fromEntries(
      header.map((name, index) => {
        const text = row[index] ?? '';
        return [name, name === 'dataHoraCotacao' ? `"${text}"` : padDecimals(text)];
      }),
    ),
  );
}

function padDecimals(text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(WIRE_DECIMALS, '0')}`;
}

/** SGS 1 is the closing sell rate and 10813 the buy rate, to the digit; SGS has no clock, so the hour is invented. */
function rebuildFromSgs(
  recordings: Recordings,
): { file: RecordedFile<readonly PtaxRow[]>; sources: readonly string[] } | undefined {
  const sell = readSgsSeries(SELL_CODE, recordings);
  const buy = readSgsSeries(BUY_CODE, recordings);
  if (sell === undefined || buy === undefined) return undefined;
  const rows = new Map<string, readonly PtaxRow[]>();
  for (const [date, venda] of sell.values) {
    const compra = buy.values.get(date);
    if (compra === undefined) continue;
    const clock = date < MIDDAY_METHOD ? '21:00:00.000' : '18:00:00.000';
    const fields = {
      cotacaoCompra: compra.text,
      cotacaoVenda: venda.text,
      dataHoraCotacao: `"${date} ${clock}"`,
    };
    rows.set(date, [{ fields, marks: ['rebuilt-from-sgs', 'invented-clock'] }]);
  }
  const span = spanDates(rows.keys());
  if (span === undefined) return undefined;
  return { file: { path: 'sgs', rank: RANK.tables + 1, span, rows }, sources: [...sell.files, ...buy.files] };
}

function answerRows(entity: string, rows: readonly PtaxRow[], request: ReplayRequest): ReplayAnswer {
  const { query } = request;
  const [order = '', direction = 'asc'] = (query.get('$orderby') ?? '').trim().split(/\s+/);
  const sorted = order === '' ? rows : sortByField(rows, order, direction === 'desc');
  const skip = Number(query.get('$skip') ?? 0);
  const page = sorted.slice(skip, skip + Number(query.get('$top') ?? Number.MAX_SAFE_INTEGER));
  const selected = query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  const objects = page.map(({ fields }) => {
    const kept = Object.entries(fields).filter(([name]) => selected === undefined || selected.includes(name));
    return `{${kept.map(([name, text]) => `"${name}":${text}`).join(',')}}`;
  });
  const body = `{"@odata.context":"${CONTEXT}${entity}","value":[${objects.join(',')}]}`;
  const marks = [...new Set(page.flatMap((row) => row.marks))];
  return markAs(answerBody(200, 'application/json;charset=UTF-8;odata.metadata=minimal', body), marks);
}

function sortByField(rows: readonly PtaxRow[], name: string, descending: boolean): readonly PtaxRow[] {
  const compare = (a: string, b: string): number =>
    a.startsWith('"') ? (a < b ? -1 : a > b ? 1 : 0) : Number(a) - Number(b);
  const sorted = rows.toSorted((a, b) => compare(a.fields[name] ?? '', b.fields[name] ?? ''));
  return descending ? sorted.toReversed() : sorted;
}

function findUnknownProperty(query: URLSearchParams, row: PtaxRow | undefined): string | undefined {
  if (row === undefined) return undefined;
  const names = [
    ...(query.get('$select') ?? '').split(','),
    (query.get('$orderby') ?? '').trim().split(/\s+/)[0] ?? '',
    /^(\w+)/.exec((query.get('$filter') ?? '').trim())?.[1] ?? '',
  ].map((name) => name.trim());
  return names.find((name) => name !== '' && !(name in row.fields));
}

function answerUnknownProperty(property: string): ReplayAnswer {
  const message = `The property '${property}', used in a query expression, is not defined in type 'TipoCotacaoDolar'.`;
  return answerError(400, message);
}

function answerError(status: number, message: string): ReplayAnswer {
  return answerBody(
    status,
    '',
    `/*{\n  "codigo" : ${status},\n  "mensagem" : ${JSON.stringify(message)}\n}*/`,
  );
}
