import { PermanentError, SchemaDriftError } from '../../errors.ts';
import type { HttpClient } from '../../http.ts';
import { addDays, addMonths, isDay, type Day } from '../../time.ts';
import type {
  Connector,
  FetchWindow,
  KeyDefinition,
  ObservationRow,
  ParseResult,
  Payload,
  RejectedRow,
  WindowRequest,
} from '../connector.ts';
import { isDecimalText } from '../json-body.ts';
import {
  readFredCells,
  readFredPage,
  readFredRefusal,
  readUnitPeriods,
  readVintageDates,
  type FredCell,
} from './answers.ts';
import { FRED_KEYS, type FredKey } from './registry.ts';
import { findUnitPeriod, meansUnit, type UnitPeriod } from './units.ts';

/** What the connector needs: the key of the API, 32 lower-case letters and digits. */
export interface FredOptions {
  readonly apiKey: string;
}

const BASE = 'https://api.stlouisfed.org/fred/series';
const HISTORY_START: Day = '1990-01-01';
/** Projections reach ten years ahead. */
const PROJECTION_END: Day = '2099-12-31';
/** FRED takes 2 000 vintages per request, but their dates are in the URL: 400 keep it under 5 kB. */
const VINTAGES_PER_REQUEST = 400;
const ROWS_PER_REQUEST = 100_000;
/** How far back a daily run looks for vintages of a series that has none stored. */
const RECENT_VINTAGE_DAYS = 45;
/** Real-time periods of a description: all that FRED has. */
const ALL_VINTAGES = '&realtime_start=1776-07-04&realtime_end=9999-12-31';
const DESCRIPTION_PART = 'series';

const keysByName = new Map<string, FredKey>(FRED_KEYS.map((key) => [key.key, key]));

/** FRED and ALFRED: revised series with all their vintages, market series as they stand today. */
export function createFredConnector({ apiKey }: FredOptions): Connector {
  const secrets = { api_key: apiKey };
  return {
    provider: 'fred',
    keys: FRED_KEYS,
    windows: (key, request) => [chooseWindow(key, request)],
    fetch: async (key, window, http) => {
      if (apiKey === '') {
        throw new PermanentError(`FRED is not asked for ${key.key}`, {
          subject: key.key,
          expected: 'a key in FRED_API_KEY',
          got: 'none',
        });
      }
      const description = await fetchDescription(key, http, secrets);
      const answers =
        key.vintageMode === 'alfred'
          ? await fetchVintages(key, window, http, secrets)
          : await fetchPages(key, observationsUrl(key, window), 1, http, secrets);
      return [description, ...answers];
    },
    parse: parsePayloads,
  };
}

function chooseWindow(key: KeyDefinition, request: WindowRequest): FetchWindow {
  const to = keysByName.get(key.key)?.isProjection === true ? PROJECTION_END : request.today;
  if (request.mode === 'history') return { key: key.key, id: 'all', from: HISTORY_START, to };
  // A benchmark revision changes years: what is recent of a revised series is its vintages, not its dates.
  if (key.vintageMode === 'alfred') {
    // The last vintage is asked for again: it may have grown after it was read on its own day.
    const since = request.lastVintage ?? addDays(request.today, -RECENT_VINTAGE_DAYS);
    return { key: key.key, id: `vintages-${since}-${request.today}`, from: HISTORY_START, to };
  }
  return {
    key: key.key,
    id: `recent-${request.today}`,
    from: lookBack(key, request.from < request.today ? request.from : request.today),
    to,
  };
}

function lookBack(key: KeyDefinition, day: Day): Day {
  if (key.frequency === 'D') return addDays(day, -15);
  if (key.frequency === 'W') return addDays(day, -91);
  return addMonths(day, key.frequency === 'M' ? -18 : -72);
}

function observationsUrl(key: KeyDefinition, window: FetchWindow): string {
  const span = `&observation_start=${window.from}&observation_end=${window.to}`;
  return `${BASE}/observations?series_id=${key.code}&file_type=json&sort_order=asc&limit=${ROWS_PER_REQUEST}${span}`;
}

type Secrets = Readonly<Record<string, string>>;

/** Title and unit of a series: of all its vintages, or as it stands today. */
async function fetchDescription(key: KeyDefinition, http: HttpClient, secrets: Secrets): Promise<Payload> {
  const since = key.vintageMode === 'alfred' ? ALL_VINTAGES : '';
  const url = `${BASE}?series_id=${key.code}&file_type=json${since}`;
  const description = await getAnswer(key, DESCRIPTION_PART, url, http, secrets);
  readUnitPeriods(description, key.key);
  return description;
}

async function fetchVintages(
  key: KeyDefinition,
  window: FetchWindow,
  http: HttpClient,
  secrets: Secrets,
): Promise<Payload[]> {
  const [, asked = ''] = /^vintages-(\d{4}-\d{2}-\d{2})-/.exec(window.id) ?? [];
  const since = isDay(asked) ? `&realtime_start=${asked}&realtime_end=9999-12-31` : '';
  const url = `${BASE}/vintagedates?series_id=${key.code}&file_type=json&sort_order=asc${since}`;
  const listed = await getAnswer(key, 'vintagedates', url, http, secrets);
  const dates = readVintageDates(listed, key.key);
  const payloads: Payload[] = [listed];
  for (let start = 0; start < dates.length; start += VINTAGES_PER_REQUEST) {
    const batch = dates.slice(start, start + VINTAGES_PER_REQUEST).join(',');
    const batchUrl = `${observationsUrl(key, window)}&output_type=3&vintage_dates=${batch}`;
    payloads.push(...(await fetchPages(key, batchUrl, payloads.length, http, secrets)));
  }
  return payloads;
}

async function fetchPages(
  key: KeyDefinition,
  url: string,
  firstPart: number,
  http: HttpClient,
  secrets: Secrets,
): Promise<Payload[]> {
  const pages: Payload[] = [];
  let offset = 0;
  for (;;) {
    const part = `observations-${firstPart + pages.length}`;
    const page = await getAnswer(key, part, offset === 0 ? url : `${url}&offset=${offset}`, http, secrets);
    pages.push(page);
    const { count, nextOffset } = readFredPage(page, key.key);
    if (nextOffset >= count || nextOffset === offset) return pages;
    offset = nextOffset;
  }
}

async function getAnswer(
  key: KeyDefinition,
  part: string,
  url: string,
  http: HttpClient,
  secrets: Secrets,
): Promise<Payload> {
  const answer = await http.get({ part, url, secrets });
  if (answer.status !== 400 || !readFredRefusal(answer).includes('not registered')) return answer;
  // Under load FRED calls a valid key unknown; only the second time is it believed.
  const second = await http.get({ part, url, secrets });
  if (second.status !== 400) return second;
  throw new PermanentError(`FRED does not accept the API key (asked for ${key.key})`, {
    subject: key.key,
    expected: 'a registered FRED_API_KEY',
    got: readFredRefusal(second),
  });
}

function parsePayloads(key: KeyDefinition, window: FetchWindow, payloads: readonly Payload[]): ParseResult {
  const byVintage = new Map<string, ObservationRow>();
  const rejected: RejectedRow[] = [];
  const definition = keysByName.get(key.key);
  if (definition === undefined)
    throw new PermanentError(`${key.key} is not a FRED key`, { subject: key.key });
  const described = payloads.find(({ part }) => part === DESCRIPTION_PART);
  const periods = described === undefined ? [] : readUnitPeriods(described, key.key);
  assertCurrentUnit(definition, periods);
  for (const payload of payloads) {
    if (payload.part === 'vintagedates' || payload === described) continue;
    for (const cell of readFredCells(payload, key.key)) {
      if (cell.date < window.from || cell.date > window.to || cell.value === '.' || cell.value === '')
        continue;
      const row = buildRow(definition, cell);
      const reason = findCellFault(definition, cell, periods);
      if (reason === null) byVintage.set(`${row.date} ${row.vintageAt}`, row);
      else rejected.push({ key: key.key, date: cell.date, reason, raw: cell.value });
    }
  }
  return { rows: [...byVintage.values()], rejected };
}

/**
 * A series whose unit is another today is another series: FRED turned the whole history of WTREGEN from billions into
 * millions.
 */
function assertCurrentUnit(key: FredKey, periods: readonly UnitPeriod[]): void {
  const words = periods.at(-1)?.words ?? null;
  if (words === null || meansUnit(words, key.unit)) return;
  throw new SchemaDriftError(`FRED changed the unit of ${key.key}`, {
    subject: key.key,
    expected: key.unit,
    got: words,
  });
}

/** Why a cell is not taken: what it says is no number, or its vintage is in another unit; null for a good one. */
function findCellFault(key: FredKey, cell: FredCell, periods: readonly UnitPeriod[]): string | null {
  if (!isDecimalText(cell.value)) return 'not a decimal';
  const words = findUnitPeriod(periods, cell.vintage)?.words ?? null;
  return words === null || meansUnit(words, key.unit) ? null : `vintage in ${words}, not ${key.unit}`;
}

function buildRow(key: FredKey, { date, value, vintage }: FredCell): ObservationRow {
  const row = { table: 'observations', key: key.key, date, value } as const;
  const isVintaged = key.vintageMode === 'alfred' && vintage !== null;
  const vintageAt = isVintaged ? key.release.instantOn(vintage) : null;
  if (key.isProjection) return { ...row, vintageAt, releaseTime: vintageAt, releaseBasis: 'provider' };
  const { time, basis } = key.release.timeOf(date);
  return { ...row, vintageAt, releaseTime: time, releaseBasis: basis };
}
