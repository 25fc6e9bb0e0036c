import { Command, Option } from 'commander';
import type { Call } from '../../../shared/contract/endpoint.ts';
import type { Contract } from '../../../shared/contract/contract.ts';
import { limitOption, parseDay } from '../arguments.ts';
import { formatRecords } from '../format-records.ts';
import { addOrigin, pickOrigin, type Origin } from '../origin-options.ts';
import type { Terminal } from '../terminal.ts';

type Wanted = NonNullable<Call<Contract['listObservations']>['query']>;

/** What stands for "there is no value" on the command line. */
const NO_VALUE = 'null';

function addOverrides(series: Command, terminal: Terminal): void {
  addOrigin(
    series
      .command('override <key> <date> <value>')
      .description(`set a value by hand, as a new revision; "${NO_VALUE}" says that there is none`),
  ).action(async (key: string, date: string, text: string, options: Origin) => {
    if (options.reason === undefined) throw new Error('say why with --reason: it is kept with the value');
    const set = await terminal.open().createValueOverride({
      params: { key },
      body: {
        observationDate: parseDay(date),
        value: text === NO_VALUE ? null : text,
        reason: options.reason,
        actor: pickOrigin(options).actor,
      },
    });
    terminal.report(set, () => [
      `${set.key} ${set.observationDate}: ${set.previousValue ?? 'no value'} → ${set.value ?? 'no value'} (${set.unit})`,
      ...set.warnings.map(
        ({ check, expected, observed }) => `${check}: expected ${expected}, got ${observed}`,
      ),
      'Known from now on; silver derives it at its next run.',
    ]);
  });
  series
    .command('overrides <key>')
    .description('list the values that were set by hand, newest first')
    .addOption(limitOption())
    .action(async (key: string, query: { limit?: number }) => {
      const answer = await terminal.open().listValueOverrides({ params: { key }, query });
      terminal.report(answer, () => formatRecords(answer));
    });
}

/** `macro series list|show|get|override|overrides`. */
export function createSeriesCommand(terminal: Terminal): Command {
  const series = new Command('series').description('series: what they are, and their values');
  series
    .command('list')
    .description('list the registry of keys')
    .addOption(limitOption())
    .action(async (query: { limit?: number }) => {
      const answer = await terminal.open().listSeries({ query });
      const data = answer.data.map(({ key, asset, code, unit, frequency, name }) => ({
        key,
        asset,
        code,
        unit,
        frequency,
        name,
      }));
      terminal.report(answer, () => formatRecords({ data }));
    });
  series
    .command('show <key>')
    .description('show what a series is, and what is derived from it')
    .action(async (key: string) => {
      const found = await terminal.open().getSeries({ params: { key } });
      const { transforms, ...fields } = found;
      terminal.report(found, () => [
        ...Object.entries(fields).map(([name, value]) => `${name.padEnd(15)} ${String(value ?? '-')}`),
        '',
        ...formatRecords({ data: transforms }),
      ]);
    });
  series
    .command('get <key>')
    .description('list values of a series as they were known at a moment')
    .option('--from <day>', 'first observation date', parseDay)
    .option('--to <day>', 'last observation date', parseDay)
    .option('--as-of <moment>', 'a partition, or a time with its offset (default: now)')
    .option('--transform <name>', 'as silver derived them: yoy, log_return, …')
    .addOption(new Option('--vintages <which>', 'revisions to show').choices(['latest', 'all']))
    .addOption(limitOption())
    .action(async (key: string, query: Wanted) => {
      const answer = await terminal.open().listObservations({ params: { key }, query });
      terminal.report(answer, () => formatRecords(answer));
    });
  addOverrides(series, terminal);
  return series;
}
