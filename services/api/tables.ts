import { stringify } from 'csv-stringify/sync';
import type { Request, Response } from 'express';
import { ByteWriter, parquetWriteRows, type SchemaElement } from 'hyparquet-writer';
import type { Asked, Endpoint, Reply } from '../../shared/contract/endpoint.ts';
import { FILE_FORMATS, MAX_FILE_ROWS, type FileFormat } from '../../shared/contract/formats.ts';
import type { Database, Queryable } from '../../shared/db/client.ts';
import { toIso, type Instant } from '../../shared/time.ts';
import { ProblemError } from './problem.ts';
import { readAsked, type Route } from './serve.ts';

/** Rows that are read and written at once: what is in memory beside the file, and how long the event loop waits. */
const PAGE_ROWS = 10_000;

/** What a column holds: `number` may come as decimal text, `moment` as ISO text, `list` is texts joined by `; `. */
export type ColumnKind = 'text' | 'number' | 'integer' | 'day' | 'moment' | 'list';

/** A row of an answer. */
type Row = object;

/** A table that can be sent as a file. */
export interface Table<TableRow extends Row> {
  /** File name without its ending. */
  readonly name: string;
  /** Fields of the rows in the order of the columns, which have the same names in snake case. */
  readonly columns: { readonly [Field in keyof TableRow & string]?: ColumnKind };
  /** The rows after one, all of them in one order. */
  readonly listPage: (
    db: Queryable,
    after: TableRow | undefined,
    limit: number,
  ) => Promise<readonly TableRow[]>;
}

/** Names a file by its subject and the moment of its knowledge. */
export function nameTable(subject: string, asOf: Instant): string {
  return `${subject}_as_of_${toIso(asOf).replaceAll(/[-:]|\.\d+/g, '')}`;
}

/** Refuses the parameters of pages, which a file does not have. @throws ProblemError naming them */
function refusePaging(request: Request): void {
  const named = ['limit', 'cursor'].filter((name) => request.query[name] !== undefined);
  if (named.length === 0) return;
  const detail = 'a file has no pages: leave it out, and bound the range with from and to';
  const errors = named.map((parameter) => ({ parameter, detail }));
  throw new ProblemError('invalid-request', `${named.join(' and ')}: ${detail}`, errors);
}

function refuseSize(name: string, maxRows: number): ProblemError {
  return new ProblemError(
    'too-many-rows',
    `${name} would have more than ${maxRows.toLocaleString('en')} rows: ask for a shorter range with from and to`,
  );
}

async function* listPages<TableRow extends Row>(
  db: Queryable,
  { name, listPage }: Table<TableRow>,
  maxRows: number,
): AsyncGenerator<readonly TableRow[]> {
  let last: TableRow | undefined;
  for (let total = 0; ;) {
    const page = await listPage(db, last, PAGE_ROWS);
    total += page.length;
    if (total > maxRows) throw refuseSize(name, maxRows);
    if (page.length > 0) yield page;
    if (page.length < PAGE_ROWS) return;
    last = page.at(-1);
  }
}

const toColumnName = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function listColumns<TableRow extends Row>(table: Table<TableRow>) {
  return Object.entries<ColumnKind | undefined>(table.columns).map(([field, kind = 'text']) => ({
    field: field as keyof TableRow & string,
    name: toColumnName(field),
    kind,
  }));
}

const joinList = (value: unknown): unknown => (Array.isArray(value) ? value.join('; ') : value);

/** Cells are written as they are: a formula sign before a number is the sign of the number, and texts are our own. */
async function writeCsv<TableRow extends Row>(
  pages: AsyncIterable<readonly TableRow[]>,
  columns: ReturnType<typeof listColumns<TableRow>>,
): Promise<Buffer> {
  const write = (rows: readonly unknown[][]): Buffer =>
    Buffer.from(stringify([...rows], { record_delimiter: 'windows' }));
  const chunks = [write([columns.map(({ name }) => name)])];
  for await (const page of pages)
    chunks.push(write(page.map((row) => columns.map(({ field }) => joinList(row[field])))));
  return Buffer.concat(chunks);
}

const PARQUET_TYPES: Readonly<Record<ColumnKind, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  list: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  number: { type: 'DOUBLE' },
  integer: { type: 'INT32' },
  day: { type: 'INT32', converted_type: 'DATE' },
  moment: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
};

function toParquetValue(kind: ColumnKind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'number') return Number(value);
  if (kind === 'day' || kind === 'moment') return new Date(value as string);
  return joinList(value);
}

async function writeParquet<TableRow extends Row>(
  pages: AsyncIterable<readonly TableRow[]>,
  columns: ReturnType<typeof listColumns<TableRow>>,
): Promise<Buffer> {
  async function* listCells(): AsyncGenerator<Record<string, unknown>> {
    for await (const page of pages)
      for (const row of page)
        yield Object.fromEntries(
          columns.map(({ field, name, kind }) => [name, toParquetValue(kind, row[field])]),
        );
  }
  const writer = new ByteWriter();
  await parquetWriteRows({
    writer,
    rows: listCells(),
    columns: columns.map(({ name }) => ({ name })),
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, kind }): SchemaElement => ({
        name,
        ...PARQUET_TYPES[kind],
        repetition_type: 'OPTIONAL',
      })),
    ],
    rowGroupSize: PAGE_ROWS,
    createdBy: 'macro-pipeline',
  });
  return Buffer.from(writer.getBytes());
}

const WRITERS = { csv: writeCsv, parquet: writeParquet } as const;

/** A table whose rows need no name any more. */
export interface FileTable {
  readonly name: string;
  /**
   * Its bytes, all rows of one state of the database. A file is whole or it is none: one that broke off would look like a
   * shorter one.
   *
   * @throws ProblemError when it has more rows than `maxRows`
   */
  write(db: Database, format: FileFormat, maxRows?: number): Promise<Buffer>;
}

/** Makes a file of what has rows. */
export function defineTable<TableRow extends Row>(table: Table<TableRow>): FileTable {
  return {
    name: table.name,
    write: (db, format, maxRows = MAX_FILE_ROWS) =>
      db.transaction((tx) => WRITERS[format](listPages(tx, table, maxRows), listColumns(table)), {
        isolationLevel: 'repeatable read',
        accessMode: 'read only',
      }),
  };
}

/** The two forms of an answer: a page as JSON, and everything as a file. */
export interface Found<E extends Endpoint> {
  readonly page: () => Promise<Reply<E>['body']>;
  readonly table: FileTable;
}

async function sendFile(
  db: Database,
  response: Response,
  format: FileFormat,
  table: FileTable,
): Promise<void> {
  refusePaging(response.req);
  const bytes = await table.write(db, format);
  response.attachment(`${table.name}.${format}`).set('Content-Type', FILE_FORMATS[format]).end(bytes);
}

/** Joins an endpoint whose query has a `format` with what finds its page and its table. */
export function serveTable<E extends Endpoint>(
  db: Database,
  endpoint: E,
  find: (asked: Asked<E>) => Promise<Found<E>>,
): Route {
  return {
    endpoint,
    async answer(request, response) {
      const asked = readAsked(endpoint, request);
      const { format } = (asked as { readonly query: { readonly format: FileFormat | 'json' } }).query;
      const { page, table } = await find(asked);
      if (format === 'json') response.json(await page());
      else await sendFile(db, response, format, table);
    },
  };
}
