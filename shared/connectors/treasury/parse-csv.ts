import { parse } from 'csv-parse/sync';
import { SchemaDriftError } from '../../errors.ts';
import { cutShort, isMissing, readDate, type ParDay } from './par-table.ts';
import { TENORS, type Tenor } from './tenors.ts';

const tenorByColumn = new Map(
  TENORS.flatMap((tenor) => tenor.columns.map((column) => [column, tenor] as const)),
);

function readTable(text: string): string[][] {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (cause) {
    throw cutShort(`CSV that does not parse (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

function readHeader(cells: readonly string[]): Tenor[] {
  const [first = '', ...titles] = cells;
  if (first.toLowerCase() !== 'date') {
    const got = JSON.stringify(cells.join(',').slice(0, 120));
    throw new SchemaDriftError('Reading a Treasury curve', { expected: 'a CSV that begins with Date', got });
  }
  const tenors = titles.map((title) => {
    const tenor = tenorByColumn.get(title.toLowerCase());
    if (tenor !== undefined) return tenor;
    throw new SchemaDriftError('Reading a Treasury curve', {
      expected: 'columns of known tenors',
      got: title,
    });
  });
  if (new Set(tenors).size === tenors.length) return tenors;
  throw new SchemaDriftError('Reading a Treasury curve', {
    expected: 'each tenor once',
    got: titles.join(', '),
  });
}

/**
 * The Treasury ends its files without a newline and writes every rate with two decimals, so that a file cut within its
 * last rate shows: 4.7 of 4.77 would pass for a rate.
 */
function assertWholeEnd(text: string, lines: readonly string[][]): void {
  const last = lines.at(-1)?.at(-1) ?? '';
  if (text.endsWith('\n') || isMissing(last) || /\.\d{2,}$/.test(last)) return;
  throw cutShort(`a last rate of ${last}`);
}

/**
 * Days of a yearly CSV, in the file's order (the Treasury puts the newest first). Columns differ by year and are matched
 * without regard to case; a header alone is an empty year.
 *
 * @throws SchemaDriftError on an unknown column or date, TransientError on a cut body.
 */
export function parseCsv(text: string): ParDay[] {
  const [header, ...lines] = readTable(text);
  if (header === undefined) throw cutShort('an empty body');
  const tenors = readHeader(header);
  assertWholeEnd(text, lines);
  return lines.map((cells, index) => {
    if (cells.length !== tenors.length + 1) {
      const got = `${cells.length} columns in line ${index + 2}`;
      if (index === lines.length - 1) throw cutShort(got);
      throw new SchemaDriftError('Reading a Treasury curve', {
        expected: `${tenors.length + 1} columns`,
        got,
      });
    }
    const rates = tenors.flatMap((tenor, column) => {
      const percent = cells[column + 1] ?? '';
      return isMissing(percent) ? [] : [{ tenor, percent }];
    });
    return { date: readDate(cells[0] ?? ''), rates };
  });
}
