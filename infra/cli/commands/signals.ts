import { Command, InvalidArgumentError } from 'commander';
import type { AgentName } from '../../../shared/pipeline/graph.ts';
import { readAllPages } from '../all-pages.ts';
import { agentArgument, agentOption, parseDay } from '../arguments.ts';
import { formatAgentReport, formatComparison } from '../format-agent-report.ts';
import { formatSignalTable } from '../format-report.ts';
import type { Terminal } from '../terminal.ts';

interface SignalOptions {
  readonly partition?: string;
  readonly agent?: AgentName;
  readonly version?: string;
  readonly compare?: string;
}

/** `macro signals [partition]`. */
export function createSignalsCommand(terminal: Terminal): Command {
  return new Command('signals')
    .description('list the signals of a partition, or compare two model versions of them')
    .argument('[partition]', 'partition', parseDay)
    .option('--partition <day>', 'the same', parseDay)
    .addOption(agentOption('only this one'))
    .option('--version <version>', 'model version (default: the current one of each agent)')
    .option('--compare <version>', 'model version to show beside it')
    .action(async (given: string | undefined, { agent, version, compare, ...options }: SignalOptions) => {
      const partition = given ?? options.partition;
      if (partition === undefined)
        throw new InvalidArgumentError('a partition is needed, such as 2022-06-24');
      const client = terminal.open();
      const list = (modelVersion: string | undefined) =>
        readAllPages((cursor) =>
          client.listSignals({ query: { from: partition, to: partition, agent, modelVersion, cursor } }),
        );
      const signals = await list(version);
      if (compare === undefined) {
        terminal.report(signals, () => formatSignalTable(signals, { width: terminal.paper.width }));
        return;
      }
      const others = await list(compare);
      // Without an agent the other version is that of the agents that have one.
      const agents = new Set(others.map((signal) => signal.agent));
      const compared = agent === undefined ? signals.filter((signal) => agents.has(signal.agent)) : signals;
      terminal.report({ signals: compared, compared: others }, () =>
        formatComparison(
          { version: version ?? 'current', signals: compared },
          { version: compare, signals: others },
          terminal.paper,
        ),
      );
    });
}

/** `macro report <agent> [partition]`. */
export function createReportCommand(terminal: Terminal): Command {
  return new Command('report')
    .description('show the report of an agent, or compare two model versions of it')
    .addArgument(agentArgument())
    .argument('[partition]', 'partition (default: the newest that has a report)', parseDay)
    .option('--version <version>', 'model version (default: the current one)')
    .option('--compare <version>', 'model version to show beside it')
    .action(async (agent: AgentName, partition: string | undefined, options: SignalOptions) => {
      const client = terminal.open();
      const found = await client.getReport({
        params: { agent },
        query: { partition, modelVersion: options.version },
      });
      if (options.compare === undefined) {
        terminal.report(found, () => formatAgentReport(found, terminal.paper));
        return;
      }
      const other = await client.getReport({
        params: { agent },
        query: { partition: found.partition, modelVersion: options.compare },
      });
      terminal.report({ report: found, compared: other }, () =>
        formatComparison(
          { version: found.modelVersion, signals: found.signals },
          { version: other.modelVersion, signals: other.signals },
          terminal.paper,
        ),
      );
    });
}
