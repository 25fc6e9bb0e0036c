import { userInfo } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openDatabase, type Database } from '../../../shared/db/client.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { isDay } from '../../../shared/time.ts';
import { formatCount } from '../format-number.ts';
import { formatTable, type Column } from '../format-table.ts';
import { locateDatabase } from '../servers.ts';
import { diffSeries, isSame, type SeriesDiff } from './diff.ts';
import { importSeries, type ImportedSeries } from './import.ts';
import { readOldAsset } from './old-deployment.ts';
import { OLD_SOURCES, UNREAD_TABLES } from './old-tables.ts';

/** Prints a value as JSON when the command line asks for it, the lines otherwise. */
export type Report = (value: unknown, lines: () => readonly string[]) => void;

const ASSETS: readonly BronzeName[] = OLD_SOURCES.map(({ asset }) => asset);

function parseDay(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('expected a day such as 2026-11-20');
  return text;
}

async function withDatabase<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
  const database = openDatabase(locateDatabase(), { name: 'macro-dagster', max: 2 });
  try {
    return await work(database.db);
  } finally {
    await database.close();
  }
}

const count = <Row>(title: string, pick: (row: Row) => number): Column<Row> => ({
  title,
  align: 'right',
  render: (row) => formatCount(pick(row)),
});

/** A line for every series that is refused. */
function formatRefused(series: readonly Pick<ImportedSeries, 'code' | 'refused' | 'key'>[]): string[] {
  const refused = series.filter((row) => row.refused !== null);
  if (refused.length === 0) return [];
  return ['', `refused: ${refused.length}`, ...refused.map(({ code, refused: why }) => `  ${code}: ${why}`)];
}

/** A table of the imported series, and why the others and the other tables are refused. */
export function formatImport(series: readonly ImportedSeries[], isDryRun: boolean): string[] {
  const taken = series.filter(({ refused }) => refused === null);
  const imported = taken.reduce((sum, row) => sum + row.imported, 0);
  const columns: Column<ImportedSeries>[] = [
    { title: 'key', render: ({ key }) => key ?? '-' },
    count('rows', ({ rows }) => rows),
    count('imported', (row) => row.imported),
    count('provided', ({ provided }) => provided),
    count('not asked', ({ unasked }) => unasked),
    count('held', ({ held }) => held),
    count('repeated', ({ repeated }) => repeated),
  ];
  return [
    `${formatCount(imported)} values ${isDryRun ? 'would be imported' : 'imported'}`,
    ...(taken.length === 0 ? [] : formatTable(columns, taken)),
    ...formatRefused(series),
    '',
    'tables that are not imported',
    ...Object.entries(UNREAD_TABLES).map(([table, why]) => `  ${table}: ${why}`),
  ];
}

/** A table of the compared series, and why the others are refused. */
export function formatDiff(series: readonly SeriesDiff[]): string[] {
  const compared = series.filter(({ refused }) => refused === null);
  const columns: Column<SeriesDiff>[] = [
    { title: 'key', render: ({ key }) => key ?? '-' },
    count('only there', ({ onlyThere }) => onlyThere),
    count('only here', ({ onlyHere }) => onlyHere),
    count('equal', ({ equal }) => equal),
    count('different', ({ different }) => different),
    {
      title: 'largest difference',
      render: ({ largest }) =>
        largest === null ? '-' : `${largest.date}: ${largest.there} there, ${largest.here} here`,
    },
  ];
  const verdict = isSame(series) ? 'the same, as far as both have values' : 'NOT THE SAME';
  return [
    ...(compared.length === 0 ? ['nothing to compare'] : formatTable(columns, compared)),
    ...formatRefused(series),
    '',
    verdict,
  ];
}

const FROM = 'address of its database; leave the password to PGPASSWORD, out of the list of processes';

/** `macro dagster import|diff`: moves from the Dagster deployment to this one. */
export function createDagsterCommand(report: Report): Command {
  const dagster = new Command('dagster').description('move from the Dagster deployment to this one');
  dagster
    .command('import')
    .description('store its values as vintages where the providers no longer give any')
    .requiredOption('--from <postgres-url>', FROM)
    .option('--dry-run', 'only tell what would be imported')
    .action(async (options: { from: string; dryRun?: boolean }) => {
      const isDryRun = options.dryRun === true;
      const series = await withDatabase(async (db) => {
        const imported: ImportedSeries[] = [];
        for (const asset of ASSETS) {
          const old = await readOldAsset(options.from, asset);
          const actor = userInfo().username;
          imported.push(...(await importSeries({ db, asset, old, isDryRun, actor })));
        }
        return imported;
      });
      report(series, () => formatImport(series, isDryRun));
    });
  dagster
    .command('diff')
    .description('compare its values with those of this system; exit code 1 unless they are the same')
    .requiredOption('--from <postgres-url>', FROM)
    .addOption(new Option('--asset <asset>', 'asset to compare').choices([...ASSETS]).makeOptionMandatory())
    .requiredOption('--from-date <day>', 'first observation date', parseDay)
    .requiredOption('--to-date <day>', 'last observation date', parseDay)
    .action(async (options: { from: string; asset: BronzeName; fromDate: string; toDate: string }) => {
      const { asset, fromDate, toDate } = options;
      const old = await readOldAsset(options.from, asset);
      const range = { asset, old, from: fromDate, to: toDate, asOf: Date.now() };
      const series = await withDatabase((db) => diffSeries({ db, ...range }));
      report(series, () => formatDiff(series));
      if (!isSame(series)) process.exitCode = 1;
    });
  return dagster;
}
