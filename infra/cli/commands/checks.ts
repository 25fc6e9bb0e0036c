import { Command, Option } from 'commander';
import type { Call } from '../../../shared/contract/endpoint.ts';
import type { Contract } from '../../../shared/contract/contract.ts';
import { parseDay } from '../arguments.ts';
import { formatCheckTable } from '../format-checks.ts';
import type { Terminal } from '../terminal.ts';

type Filter = NonNullable<Call<Contract['listChecks']>['query']>;
type Override = Call<Contract['createOverride']>['body'];

/** `macro checks list|override`. */
export function createChecksCommand(terminal: Terminal): Command {
  const checks = new Command('checks').description('data-quality checks and decisions about them');
  checks
    .command('list')
    .description('list the results of checks, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(['passed', 'failed', 'overridden']))
    .addOption(new Option('--severity <severity>', 'only these').choices(['block', 'warn']))
    .option('--key <key>', 'results of one key')
    .option('--asset <asset>', 'results of one bronze asset')
    .option('--from <day>', 'results that looked at this day or later', parseDay)
    .option('--to <day>', 'results that looked at this day or earlier', parseDay)
    .action(async (query: Filter) => {
      const answer = await terminal.open().listChecks({ query });
      terminal.report(answer, () => formatCheckTable(answer.data));
    });
  checks
    .command('override')
    .description('take what a blocking check holds back; written to the audit log')
    .requiredOption('--key <key>', 'key whose rows are held')
    .requiredOption('--check <name>', 'check that holds them')
    .requiredOption('--from <day>', 'first observation date', parseDay)
    .requiredOption('--to <day>', 'last observation date', parseDay)
    .requiredOption('--reason <text>', 'why the rows are right')
    .requiredOption('--actor <name>', 'who decides')
    .action(async (body: Override) => {
      const override = await terminal.open().createOverride({ body });
      terminal.report(override, () => [
        `override ${override.id}: ${override.check} of ${override.key}, ${override.from} to ${override.to}`,
        `held dates      ${override.heldDates.join(' ') || 'none'}`,
        `read again      ${override.windows.map(({ key, from, to }) => `${key} ${from}…${to}`).join(', ') || 'nothing'}`,
        'The next run of the asset takes the rows from the archive.',
      ]);
    });
  return checks;
}
