import { z } from 'zod';

/** Files that a table can be had as, with their media types. */
export const FILE_FORMATS = {
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
} as const;

/** What an endpoint with a `format` answers beside JSON. */
export const FILE_TYPES = Object.values(FILE_FORMATS);

export type FileFormat = keyof typeof FILE_FORMATS;

/** Most rows that one file may have. */
export const MAX_FILE_ROWS = 1_000_000;

/** How an answer comes: JSON page by page, or all that was asked for as one file. */
export const formatSchema = z
  .enum(['json', 'csv', 'parquet'])
  .default('json')
  .meta({
    description:
      'csv (RFC 4180, numbers as published) or parquet (DOUBLE, DATE, TIMESTAMP in UTC): the whole range as one file, of at ' +
      'most 1,000,000 rows, without limit and cursor.',
  });
