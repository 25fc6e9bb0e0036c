import { compareText, rankPath, sortFiles, type RecordedFile, type Recordings } from './recordings.ts';
import { spanDates, type Span } from './span.ts';

/** FRED's mark of a missing value. */
const MISSING = '.';

/** The values of one series as known on one vintage date: everything known before it and what that vintage changed. */
export interface FredVintage {
  readonly vintageDate: string;
  /** Decimal text or `.` by observation date, ascending. */
  readonly state: ReadonlyMap<string, string>;
  /** Observation dates that are new or revised in this vintage, ascending. */
  readonly changed: readonly string[];
}

/** One FRED id with all its recorded vintages, oldest first (never empty). */
export interface FredSeries {
  readonly id: string;
  readonly vintages: readonly FredVintage[];
  readonly span: Span;
  readonly files: readonly string[];
}

const TABLE = /^fred\/(?:recorded|reencoded|tables)\/vintage_(\d{4}-\d{2})(?:-(\d{2}))?\/([A-Z0-9]+)\.csv$/;
const BODY = /^fred\/(?:recorded|reencoded)\/api_observations_([A-Z0-9]+)_[^/]*\.json$/;

/** The day of a vintage whose folder names only its month. */
const VINTAGE_DAYS: Readonly<Record<string, string>> = { '2026-08': '2026-08-06' };

const MAX_PADDED_DECIMALS = 4;

interface VintageFile extends RecordedFile<string> {
  readonly vintageDate: string;
}

/** Every recorded vintage of one id; undefined when no file holds it. */
export function readFredSeries(id: string, recordings: Recordings): FredSeries | undefined {
  return recordings.remember(`fred ${id}`, () => {
    const files = listVintageFiles(id, recordings);
    const dates = [...new Set(files.map((file) => file.vintageDate))].toSorted();
    const vintages: FredVintage[] = [];
    for (const vintageDate of dates) {
      const own = sortFiles(files.filter((file) => file.vintageDate === vintageDate));
      vintages.push(addVintage(vintages.at(-1), vintageDate, own));
    }
    const span = spanDates(vintages.at(-1)?.state.keys() ?? []);
    return span === undefined ? undefined : { id, vintages, span, files: files.map((file) => file.path) };
  });
}

/** Every id with at least one vintage, in name order. */
export function listFredIds(recordings: Recordings): readonly string[] {
  const ids = recordings.files
    .map((path) => TABLE.exec(path)?.[3] ?? BODY.exec(path)?.[1])
    .filter((id) => id !== undefined)
    .filter((id) => readFredSeries(id, recordings) !== undefined);
  return [...new Set(ids)].toSorted(compareText);
}

/** The vintage in force on a day; undefined before the first. */
export function findVintage(series: FredSeries, day: string): FredVintage | undefined {
  return series.vintages.findLast((vintage) => vintage.vintageDate <= day);
}

function listVintageFiles(id: string, recordings: Recordings): readonly VintageFile[] {
  return recordings.files
    .map((path) => {
      const table = TABLE.exec(path);
      if (table?.[3] === id) return readTable(path, dateVintage(table[1] ?? '', table[2]), recordings);
      return BODY.exec(path)?.[1] === id ? readBody(path, recordings) : undefined;
    })
    .filter((file) => file !== undefined);
}

/** A folder that names only its month counts as pulled on the last day of it, unless its day is known: never too early. */
function dateVintage(month: string, day: string | undefined): string {
  if (day !== undefined) return `${month}-${day}`;
  const [year = '', monthNumber = ''] = month.split('-');
  const lastDay = new Date(Date.UTC(Number(year), Number(monthNumber), 0)).getUTCDate();
  return VINTAGE_DAYS[month] ?? `${month}-${lastDay}`;
}

function readTable(path: string, vintageDate: string, recordings: Recordings): VintageFile | undefined {
  const cells = recordings.readRows(path).slice(1);
  const decimals = countDecimals(cells.map((row) => row[1] ?? ''));
  const rows = new Map(cells.map(([date = '', text = '']) => [date, formatValue(text, decimals)]));
  const span = spanDates(rows.keys());
  return span === undefined ? undefined : { path, rank: rankPath(path), span, rows, vintageDate };
}

/** Only a whole body is a vintage: one cut to its newest rows does not say what the rest of the series was. */
function readBody(path: string, recordings: Recordings): VintageFile | undefined {
  const body = JSON.parse(recordings.readText(path)) as {
    count?: number;
    offset?: number;
    realtime_start?: string;
    observations: { date: string; value: string }[];
  };
  const vintageDate = body.realtime_start;
  if (vintageDate === undefined || body.offset !== 0 || body.count !== body.observations.length)
    return undefined;
  const rows = new Map(body.observations.map((row) => [row.date, row.value]));
  const span = spanDates(rows.keys());
  return span === undefined ? undefined : { path, rank: rankPath(path), span, rows, vintageDate };
}

/** Decimals FRED prints: tables re-saved from floats add `.0` to whole numbers and lose trailing zeros. */
function countDecimals(texts: readonly string[]): number | undefined {
  const most = texts.reduce((decimals, text) => Math.max(decimals, text.split('.')[1]?.length ?? 0), 0);
  if (most === 1 && texts.every((text) => text === '' || text.endsWith('.0'))) return 0;
  return most > MAX_PADDED_DECIMALS ? undefined : most;
}

function formatValue(text: string, decimals: number | undefined): string {
  if (text === '' || text === MISSING) return MISSING;
  if (decimals === undefined) return text;
  const [whole = '', fraction = ''] = text.split('.');
  return decimals === 0 ? whole : `${whole}.${fraction.padEnd(decimals, '0')}`;
}

/**
 * A date that a later pull lacks is kept as it was: the pulls of 2026-08 drop missing days and start later,
 * which withdraws nothing. The same number written with other digits is no revision.
 */
function addVintage(
  previous: FredVintage | undefined,
  vintageDate: string,
  files: readonly RecordedFile<string>[],
): FredVintage {
  const known = previous?.state ?? new Map<string, string>();
  const pulled = new Map<string, string>();
  for (const file of files)
    for (const [date, text] of file.rows) if (!pulled.has(date)) pulled.set(date, text);
  const changed = [...pulled].filter(([date, text]) => !isSame(known.get(date), text));
  const state = [...known, ...changed];
  return {
    vintageDate,
    state: new Map([...new Map(state)].toSorted(([a], [b]) => compareText(a, b))),
    changed: changed.map(([date]) => date).toSorted(),
  };
}

function isSame(before: string | undefined, after: string): boolean {
  if (before === undefined || before === MISSING || after === MISSING) return before === after;
  return Number(before) === Number(after);
}
