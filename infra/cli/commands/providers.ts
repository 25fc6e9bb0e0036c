import { Command, Option } from 'commander';
import { loadConfig } from '../../../shared/config.ts';
import type { Provider } from '../../../shared/connectors/connector.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';
import { parseDay } from '../arguments.ts';
import { formatProbeTable, formatProviderTable } from '../format-providers.ts';
import type { ReparseRequest } from '../reparse.ts';
import type { Terminal } from '../terminal.ts';

const NAMES = Object.values(PROVIDER_OF);

/** `macro providers`. */
export function createProvidersCommand(terminal: Terminal): Command {
  return new Command('providers')
    .description('show the health of the providers: circuits, budgets, requests, failing keys')
    .action(async () => {
      const answer = await terminal.open().listProviders();
      terminal.report(answer, () => formatProviderTable(answer.data));
    });
}

/** `macro probe`: it asks the providers itself and needs no service. */
export function createProbeCommand(terminal: Terminal): Command {
  return new Command('probe')
    .description('ask every provider once for a mandatory key and compare the answer with what is expected')
    .addOption(new Option('--provider <provider>', 'only this one').choices(NAMES))
    .option('--partition <day>', 'stand in for the run of this partition (default: the last one)', parseDay)
    .action(async ({ provider, partition }: { provider?: Provider; partition?: string }) => {
      // The connectors are loaded by those who ask them: it takes a while.
      const { probeProviders } = await import('../probe.ts');
      const reports = await probeProviders({
        config: loadConfig(),
        providers: provider === undefined ? NAMES : [provider],
        partition,
        now: Date.now,
      });
      terminal.report(reports, () => formatProbeTable(reports));
      if (reports.some(({ verdict }) => verdict !== 'ok')) process.exitCode = 1;
    });
}

/** `macro reparse`: it needs the database and no service. */
export function createReparseCommand(terminal: Terminal): Command {
  return new Command('reparse')
    .description(
      'parse archived answers again and replace what they give now; needs the database, no network',
    )
    .addOption(new Option('--provider <name>', 'provider').choices(NAMES).makeOptionMandatory())
    .requiredOption('--from <day>', 'first observation date', parseDay)
    .requiredOption('--to <day>', 'last observation date', parseDay)
    .option('--dry-run', 'only tell what would change')
    .action(async (options: ReparseRequest) => {
      const { formatReparse, runReparse } = await import('../reparse.ts');
      const keys = await runReparse(options);
      terminal.report(keys, () => formatReparse(keys, options.dryRun === true));
      if (keys.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
    });
}
