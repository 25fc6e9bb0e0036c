import { Command, Option } from 'commander';
import { assetArgument, assetsOption, parseDay } from '../arguments.ts';
import { formatLineage } from '../format-lineage.ts';
import { formatRecords } from '../format-records.ts';
import { formatPartitionTable } from '../format-report.ts';
import { summarizePartitions } from '../summarize-partitions.ts';
import type { Terminal } from '../terminal.ts';
import type { AssetName } from '../../../shared/pipeline/graph.ts';

/** `macro assets`. */
export function createAssetsCommand(terminal: Terminal): Command {
  return new Command('assets').description('list the assets of the graph').action(async () => {
    const answer = await terminal.open().listAssets();
    terminal.report(answer, () => formatRecords(answer));
  });
}

/** `macro partitions`. */
export function createPartitionsCommand(terminal: Terminal): Command {
  return new Command('partitions')
    .description('count the partitions of a range by asset and state')
    .requiredOption('--from <day>', 'first partition', parseDay)
    .requiredOption('--to <day>', 'last partition', parseDay)
    .addOption(assetsOption('only these, separated by commas'))
    .action(async ({ from, to, assets }: { from: string; to: string; assets?: AssetName[] }) => {
      const range = { from, to, ...(assets === undefined ? {} : { assets: assets.join(',') }) };
      const rows = await summarizePartitions(terminal.open(), range);
      terminal.report(rows, () => formatPartitionTable(rows));
    });
}

/** `macro lineage <asset> <partition>`. */
export function createLineageCommand(terminal: Terminal): Command {
  return new Command('lineage')
    .description('show what a partition was made by and from, down to the answers of the providers')
    .addArgument(assetArgument())
    .argument('<partition>', 'the partition', parseDay)
    .addOption(new Option('--signal <id>', 'only this signal of an agent'))
    .addOption(new Option('--output <path>', 'only this output of an agent: r_star, view.trades'))
    .action(async (asset: AssetName, partition: string, query: { signal?: string; output?: string }) => {
      const lineage = await terminal.open().getLineage({ params: { asset, partition }, query });
      terminal.report(lineage, () => formatLineage(lineage));
    });
}
