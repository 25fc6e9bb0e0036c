import { Command, Option } from 'commander';
import { ONLY } from '../../../shared/pipeline/only.ts';
import { MINUTE } from '../../../shared/time.ts';
import type { Backfill, BackfillPlan } from '../answers.ts';
import { assetsOption, limitOption, parseCount, parseDay } from '../arguments.ts';
import { followBackfill } from '../follow-backfill.ts';
import { formatBytes, formatCount, formatDuration } from '../format-number.ts';
import { formatRecords } from '../format-records.ts';
import { formatRequests } from '../format-report.ts';
import { watchInterruptibly } from '../interruption.ts';
import { addOrigin, pickOrigin, type Origin } from '../origin-options.ts';
import type { Terminal } from '../terminal.ts';

/** What of a plan is shown: the first runs stand for all. */
const SHOWN_RUNS = 12;

/** Whoever follows a backfill stays through a restart of the API. */
const PATIENCE = { patienceMs: MINUTE };

/** The changes that a person can ask for, with the call of the API for each. */
const CHANGES = {
  cancel: {
    call: 'cancelBackfill',
    does: 'stop a backfill: nothing of it starts any more, what runs is aborted',
  },
  pause: { call: 'pauseBackfill', does: 'start nothing of a backfill; what runs is finished' },
  resume: { call: 'resumeBackfill', does: 'go on with a paused backfill' },
  retry: {
    call: 'retryBackfill',
    does: 'go on with an ended backfill: failed, skipped and cancelled tasks only',
  },
} as const;

interface CreateOptions {
  readonly from: string;
  readonly to: string;
  readonly watch?: boolean;
  readonly dryRun?: boolean;
}

/** A backfill in a few lines. */
export function describeBackfill(backfill: Backfill): string[] {
  const { done, total } = backfill.partitions;
  const tasks = Object.entries(backfill.tasks).filter(([, count]) => count > 0);
  return [
    `backfill        ${backfill.id}`,
    `state           ${backfill.state}`,
    `materialized    ${formatCount(done)} of ${formatCount(total)}`,
    `tasks           ${tasks.map(([state, count]) => `${state} ${formatCount(count)}`).join(', ') || 'none'}`,
    `requests        ${formatRequests(backfill.requests)}`,
  ];
}

/** A plan in a few lines, and the first of its runs as a table. */
export function describePlan({ runs, tasks, partitions, estimate, plan }: BackfillPlan): string[] {
  const { minutes, redisBytes, requestsPerProvider } = estimate;
  const rest = plan.length - SHOWN_RUNS;
  return [
    `would do        ${formatCount(runs)} runs, ${formatCount(tasks)} tasks, ${formatCount(partitions)} partitions`,
    `requests        ${formatRequests(requestsPerProvider)}`,
    `time            about ${formatDuration(minutes * MINUTE)}`,
    `Redis           at most ${formatBytes(redisBytes)}`,
    '',
    ...formatRecords({ data: plan.slice(0, SHOWN_RUNS) }),
    ...(rest > 0 ? [`and ${formatCount(rest)} more runs (--json lists them)`] : []),
  ];
}

/** Follows a backfill to its end; the exit code of the command is 0 only if it succeeded. */
async function watchBackfill(terminal: Terminal, id: string): Promise<void> {
  const backfill = await watchInterruptibly(
    (signal) =>
      followBackfill(terminal.open({ signal, ...PATIENCE }), id, { isQuiet: terminal.isJson(), signal }),
    `The backfill goes on. To see it again: macro backfill watch ${id}; to stop it: macro backfill cancel ${id}`,
  );
  if (backfill === undefined) return;
  terminal.report(backfill, () => describeBackfill(backfill));
  if (backfill.state !== 'succeeded') process.exitCode = 1;
}

function createCommand(terminal: Terminal): Command {
  return new Command('create')
    .description('request a backfill')
    .requiredOption('--from <day>', 'first partition', parseDay)
    .requiredOption('--to <day>', 'last partition', parseDay)
    .addOption(assetsOption('assets, separated by commas (default: all)'))
    .addOption(new Option('--only <which>', 'partitions to take').choices(ONLY))
    .addOption(new Option('--slice <unit>', 'range of one run').choices(['day', 'month', 'quarter', 'year']))
    .addOption(new Option('--order <order>', 'order of the runs').choices(['newest', 'oldest']))
    .option('--max-concurrent-runs <count>', 'runs at the same time', parseCount)
    .option('--dry-run', 'plan only')
    .option('--watch', 'follow it to its end')
    .action(async ({ watch, ...body }: CreateOptions) => {
      const created = await terminal.open().createBackfill({ body });
      if ('dryRun' in created) {
        terminal.report(created, () => describePlan(created));
        return;
      }
      if (watch === true && created.tasks > 0) {
        await watchBackfill(terminal, created.id);
        return;
      }
      terminal.report(created, () => [
        `backfill ${created.id}: ${created.state}, ${formatCount(created.runs)} runs, ` +
          `${formatCount(created.tasks)} tasks, ${formatCount(created.partitions)} partitions`,
      ]);
    });
}

/** `macro backfill create|list|show|watch|cancel|pause|resume|retry`. */
export function createBackfillCommand(terminal: Terminal): Command {
  const backfill = new Command('backfill').description('backfills: ranges of partitions to materialize');
  backfill.addCommand(createCommand(terminal));
  backfill
    .command('list')
    .description('list backfills, newest first')
    .addOption(limitOption())
    .action(async ({ limit }: { limit?: number }) => {
      const answer = await terminal.open().listBackfills({ query: { limit } });
      terminal.report(answer, () => formatRecords(answer));
    });
  backfill
    .command('show <id>')
    .description('show a backfill')
    .action(async (id: string) => {
      const found = await terminal.open().getBackfill({ params: { id } });
      terminal.report(found, () => describeBackfill(found));
    });
  backfill
    .command('watch <id>')
    .description('follow a backfill to its end; exit code 0 only if it succeeds')
    .action((id: string) => watchBackfill(terminal, id));
  for (const [change, { call, does }] of Object.entries(CHANGES)) {
    addOrigin(backfill.command(`${change} <id>`).description(does)).action(
      async (id: string, options: Origin) => {
        const changed = await terminal.open()[call]({ params: { id }, body: pickOrigin(options) });
        terminal.report(changed, () => describeBackfill(changed));
      },
    );
  }
  return backfill;
}
