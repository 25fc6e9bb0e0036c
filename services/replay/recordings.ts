import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Span } from './span.ts';

/** How near a file is to the provider's own bytes; the lower rank wins. */
export const RANK = { recorded: 0, reencoded: 1, tables: 2 } as const;

/** A folder of recordings in the layout `<provider>/recorded|reencoded|tables|xml|csv/…`, read lazily and kept. */
export interface Recordings {
  /** Paths below the folder, `/` between parts, in name order, without the files that are never served. */
  readonly files: readonly string[];
  readText: (path: string) => string;
  readBytes: (path: string) => Uint8Array;
  /** Cells of a CSV file, header row included, empty lines dropped. */
  readRows: (path: string, delimiter?: string) => readonly (readonly string[])[];
  /** The value of `build`, computed once per name. */
  remember: <Value>(name: string, build: () => Value) => Value;
}

/** One file that holds values of one key. */
export interface RecordedFile<Row> {
  readonly path: string;
  readonly rank: number;
  readonly span: Span;
  readonly rows: ReadonlyMap<string, Row>;
}

/** One key of a provider in the manifest. */
export interface RecordedKey {
  readonly provider: string;
  readonly key: string;
  readonly span: Span;
  /** Present when the recording has holes that nobody recorded. */
  readonly segments?: readonly Span[];
  /** What of the key is not as the provider sent it. */
  readonly marks?: readonly string[];
  readonly files: readonly string[];
}

/**
 * Values that a provider never sent: the forward-filled copy of SGS 1 (calendar days) and anything computed,
 * like SGS 13522 compounded from 433.
 */
function isNeverServed(path: string): boolean {
  return path.endsWith('/sgs_1_usdbrl_2000_2026_semicolon.csv') || path.includes('COMPUTED');
}

/** Opens a folder of recordings. @throws if the folder cannot be read. */
export function openRecordings(folder: string): Recordings {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .filter((path) => !isNeverServed(path))
    .toSorted();
  const kept = new Map<string, unknown>();
  const remember = <Value>(name: string, build: () => Value): Value => {
    if (!kept.has(name)) kept.set(name, build());
    return kept.get(name) as Value;
  };
  const readText = (path: string): string => readFileSync(join(folder, path), 'utf8');
  return {
    files,
    readText,
    readBytes: (path) => readFileSync(join(folder, path)),
    readRows: (path, delimiter = ',') => parseRows(readText(path), delimiter),
    remember,
  };
}

/** Splitting is ten times faster than parsing and the same for a file without quotes, as nearly all of them are. */
function parseRows(text: string, delimiter: string): readonly (readonly string[])[] {
  if (text.includes('"')) {
    return parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    });
  }
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split(delimiter));
}

/** The rank of a path by its folder; unknown folders rank last. */
export function rankPath(path: string): number {
  if (path.includes('/recorded/')) return RANK.recorded;
  return path.includes('/reencoded/') ? RANK.reencoded : RANK.tables;
}

/** Best file first: lower rank, then later end date, then name. */
export function sortFiles<Row>(files: readonly RecordedFile<Row>[]): readonly RecordedFile<Row>[] {
  return files.toSorted(
    (a, b) => a.rank - b.rank || compareText(b.span.last, a.span.last) || compareText(a.path, b.path),
  );
}

/** One row per date, ascending, each from the best file that has it. */
export function mergeFiles<Row>(files: readonly RecordedFile<Row>[]): ReadonlyMap<string, Row> {
  const merged = new Map<string, Row>();
  for (const file of sortFiles(files)) {
    for (const [date, row] of file.rows) if (!merged.has(date)) merged.set(date, row);
  }
  return new Map([...merged].toSorted(([a], [b]) => compareText(a, b)));
}

/** Order of two strings by code unit. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
