import { Command, Option } from 'commander';
import { runStateSchema } from '../../../shared/contract/primitives.ts';
import type { AssetName } from '../../../shared/pipeline/graph.ts';
import { MINUTE } from '../../../shared/time.ts';
import type { RunDetail } from '../answers.ts';
import { assetsOption, limitOption, parseDay } from '../arguments.ts';
import { followRun } from '../follow-run.ts';
import { formatEvents } from '../format-events.ts';
import { formatRecords } from '../format-records.ts';
import { watchInterruptibly } from '../interruption.ts';
import { addOrigin, pickOrigin, type Origin } from '../origin-options.ts';
import { print, type Terminal } from '../terminal.ts';

const CHANGES = {
  cancel: { call: 'cancelRun', does: 'stop a run: what is running is aborted' },
  retry: { call: 'retryRun', does: 'go on with an ended run: failed, skipped and cancelled tasks only' },
} as const;

interface RunOptions {
  readonly partition?: string;
  readonly assets?: AssetName[];
  readonly watch?: boolean;
}

const formatTasks = ({ tasks }: RunDetail): string[] =>
  formatRecords({
    data: tasks.map(({ asset, state, rows, requests }) => ({ asset, state, rows, requests })),
  });

async function watchRun(terminal: Terminal, id: string): Promise<void> {
  const run = await watchInterruptibly(
    (signal) => followRun(terminal.open({ signal, patienceMs: MINUTE }), id, signal),
    `The run goes on. To see it again: macro runs show ${id}; to stop it: macro runs cancel ${id}`,
  );
  if (run === undefined) return;
  terminal.report(run, () => formatTasks(run));
  if (run.state !== 'succeeded') process.exitCode = 1;
  if (!terminal.isJson()) print([`run ${run.id}: ${run.state}`]);
}

/** `macro run`: one partition now. */
export function createRunCommand(terminal: Terminal): Command {
  return new Command('run')
    .description('materialize all assets of one partition')
    .option('--partition <day>', 'partition (default: the last complete one)', parseDay)
    .addOption(assetsOption('assets, separated by commas (default: all)'))
    .option('--watch', 'wait for its end')
    .action(async ({ partition, assets, watch }: RunOptions) => {
      // It brings the server of the API with it.
      const { lastPartition } = await import('../../../services/api/partition-range.ts');
      const created = await terminal.open().createRun({
        body: { partition: partition ?? lastPartition(Date.now()), assets },
      });
      if (watch === true) await watchRun(terminal, created.id);
      else terminal.report(created, () => formatRecords({ data: [created] }));
    });
}

/** `macro runs list|show|events|cancel|retry`. */
export function createRunsCommand(terminal: Terminal): Command {
  const runs = new Command('runs').description('list runs, cancel or retry one');
  runs
    .command('list', { isDefault: true })
    .description('list runs, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(runStateSchema.options))
    .addOption(new Option('--kind <kind>', 'only these').choices(['scheduled', 'manual', 'backfill']))
    .addOption(limitOption())
    .action(async (query: object) => {
      const answer = await terminal.open().listRuns({ query });
      terminal.report(answer, () => formatRecords(answer));
    });
  runs
    .command('show <id>')
    .description('show a run with its tasks')
    .action(async (id: string) => {
      const run = await terminal.open().getRun({ params: { id } });
      terminal.report(run, () => [`run ${run.id}: ${run.state}`, '', ...formatTasks(run)]);
    });
  runs
    .command('events <id>')
    .description('list the history of the tasks of a run, oldest first')
    .addOption(limitOption())
    .action(async (id: string, query: object) => {
      const answer = await terminal.open().listRunEvents({ params: { id }, query });
      terminal.report(answer, () => formatEvents(answer.data));
    });
  for (const [change, { call, does }] of Object.entries(CHANGES)) {
    addOrigin(runs.command(`${change} <id>`).description(does)).action(
      async (id: string, options: Origin) => {
        const changed = await terminal.open()[call]({ params: { id }, body: pickOrigin(options) });
        terminal.report(changed, () => formatRecords({ data: [changed] }));
      },
    );
  }
  return runs;
}
