import { Command, InvalidArgumentError, Option } from 'commander';

import { lastPartition } from '../../services/api/partition-range.ts';
import { inheritEnvironment, loadConfig } from '../../shared/config.ts';
import type { Provider } from '../../shared/connectors/connector.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import {
  type ApiClient,
  type Backfill,
  createBackfill,
  createRun,
  getBackfill,
  listSignals,
  requestJson,
  summarizePartitions,
} from './api-client.ts';
import { followBackfill } from './follow-backfill.ts';
import { formatCount } from './format-number.ts';
import { formatProbeTable, formatProviderTable, ProviderListSchema } from './format-providers.ts';
import { formatPartitionTable, formatRequests, formatSignalTable } from './format-report.ts';
import { formatRecords } from './format-records.ts';
import { followRun } from './follow-run.ts';
import { probeProviders } from './probe.ts';
import { formatReparse, runReparse } from './reparse.ts';

interface GlobalOptions {
  api: string;
  json?: boolean;
  key?: string;
}

function print(text: string | readonly string[]): void {
  process.stdout.write(`${typeof text === 'string' ? text : text.join('\n')}\n`);
}

function parseDay(text: string): string {
  const ms = Date.parse(`${text}T00:00:00Z`);
  const exact = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !exact)
    throw new InvalidArgumentError('expected a day such as 2022-06-24');
  return text;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('expected a whole number of at least 1');
  return count;
}

const environment = inheritEnvironment();
const program = new Command('macro')
  .description('Command line of the macro pipeline.')
  .addOption(
    new Option('--api <url>', 'address of the API').default(
      `http://127.0.0.1:${environment['API_PORT'] || 3000}`,
    ),
  )
  .option('--key <key>', 'API key (default: the first of API_KEYS)')
  .option('--json', 'print the answers of the API as JSON')
  .showHelpAfterError();

function openClient(): ApiClient {
  const { api, key } = program.opts<GlobalOptions>();
  return { apiKey: key ?? environment['API_KEYS']?.split(',')[0], baseUrl: api };
}

/** Prints `value` as JSON when asked to, `lines` otherwise. */
function report(value: unknown, lines: () => readonly string[]): void {
  print(program.opts<GlobalOptions>().json ? JSON.stringify(value, undefined, 2) : lines());
}

async function reportList(path: string): Promise<void> {
  const answer = await requestJson(openClient(), 'GET', path);
  report(answer, () => formatRecords(answer));
}

function describeBackfill(backfill: Backfill): string[] {
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

/** Follows a backfill to its end; the exit code of the command is 0 only if it succeeded. */
async function watchBackfill(id: string): Promise<void> {
  const json = program.opts<GlobalOptions>().json === true;
  const backfill = await followBackfill(openClient(), id, json);
  report(backfill, () => describeBackfill(backfill));
  if (backfill.state !== 'succeeded') process.exitCode = 1;
}

const backfill = program.command('backfill').description('backfills: ranges of partitions to materialize');

backfill
  .command('create')
  .description('request a backfill')
  .requiredOption('--from <day>', 'first partition', parseDay)
  .requiredOption('--to <day>', 'last partition', parseDay)
  .option('--assets <keys>', 'assets, separated by commas (default: all)', (text) => text.split(','))
  .addOption(new Option('--only <which>', 'partitions to take').choices(['missing', 'failed', 'all']))
  .addOption(new Option('--slice <unit>', 'range of one run').choices(['day', 'month', 'quarter', 'year']))
  .addOption(new Option('--order <order>', 'order of the runs').choices(['newest', 'oldest']))
  .option('--max-concurrent-runs <count>', 'runs at the same time', parseCount)
  .option('--dry-run', 'plan only')
  .option('--watch', 'follow it to its end')
  .action(async (options) => {
    const { watch, ...request } = options;
    const created = await createBackfill(openClient(), request);
    if (watch === true && created.tasks > 0 && request.dryRun !== true) {
      await watchBackfill(created.id);
      return;
    }
    report(created, () => [
      `backfill ${created.id}: ${created.state}, ${formatCount(created.runs)} runs, ` +
        `${formatCount(created.tasks)} tasks, ${formatCount(created.partitions)} partitions`,
    ]);
  });

backfill
  .command('list')
  .description('list backfills')
  .action(() => reportList('/v1/backfills'));

backfill
  .command('show <id>')
  .description('show a backfill')
  .action(async (id: string) => {
    const found = await getBackfill(openClient(), id);
    report(found, () => describeBackfill(found));
  });

backfill.command('watch <id>').description('follow a backfill to its end').action(watchBackfill);

program
  .command('assets')
  .description('list the assets of the graph')
  .action(() => reportList('/v1/assets'));

program
  .command('run')
  .description('materialize all assets of one partition')
  .option('--partition <day>', 'partition (default: the last complete one)', parseDay)
  .option('--assets <keys>', 'assets, separated by commas (default: all)', (text) => text.split(','))
  .option('--watch', 'wait for its end')
  .action(async ({ partition, assets, watch }) => {
    const created = await createRun(openClient(), {
      partition: partition ?? lastPartition(Date.now()),
      assets,
    });
    const run = watch === true ? await followRun(openClient(), created.id) : created;
    report(run, () =>
      formatRecords({
        data: run.tasks?.map(({ asset, state, rows, requests }) => ({ asset, state, rows, requests })) ?? [
          run,
        ],
      }),
    );
    if (watch !== true) return;
    if (run.state !== 'succeeded') process.exitCode = 1;
    if (program.opts<GlobalOptions>().json !== true) print(`run ${run.id}: ${run.state}`);
  });

program
  .command('runs')
  .description('list runs')
  .action(() => reportList('/v1/runs'));

program
  .command('partitions')
  .description('count the partitions of a range by asset and state')
  .requiredOption('--from <day>', 'first partition', parseDay)
  .requiredOption('--to <day>', 'last partition', parseDay)
  .action(async ({ from, to }) => {
    const rows = await summarizePartitions(openClient(), from, to);
    report(rows, () => formatPartitionTable(rows));
  });

program
  .command('signals')
  .description('list the signals of a partition')
  .requiredOption('--partition <day>', 'partition', parseDay)
  .action(async ({ partition }) => {
    const signals = await listSignals(openClient(), partition, partition);
    report(signals, () => formatSignalTable(signals));
  });

program
  .command('providers')
  .description('show the health of the providers: circuits, budgets, requests, failing keys')
  .action(async () => {
    const answer = await requestJson(openClient(), 'GET', '/v1/providers');
    report(answer, () => formatProviderTable(ProviderListSchema.parse(answer).data));
  });

program
  .command('alerts')
  .description('list what a person should know of: tables that run out, …')
  .option('--all', 'those that ended too')
  .action(({ all }) => reportList(all === true ? '/v1/alerts' : '/v1/alerts?open=true'));

const providerNames = Object.values(PROVIDER_OF);

program
  .command('probe')
  .description('ask every provider once for a mandatory key and compare the answer with what is expected')
  .addOption(new Option('--provider <provider>', 'only this one').choices(providerNames))
  .option('--partition <day>', 'stand in for the run of this partition (default: the last one)', parseDay)
  .action(async ({ provider, partition }) => {
    const reports = await probeProviders({
      config: loadConfig(environment),
      providers: provider === undefined ? providerNames : [provider as Provider],
      partition,
      now: Date.now,
    });
    report(reports, () => formatProbeTable(reports));
    if (reports.some(({ verdict }) => verdict !== 'ok')) process.exitCode = 1;
  });

program
  .command('reparse')
  .description('parse archived answers again and replace what they give now; needs the database, no network')
  .addOption(
    new Option('--provider <name>', 'provider').choices(Object.values(PROVIDER_OF)).makeOptionMandatory(),
  )
  .requiredOption('--from <day>', 'first observation date', parseDay)
  .requiredOption('--to <day>', 'last observation date', parseDay)
  .option('--dry-run', 'only tell what would change')
  .action(async (options) => {
    const keys = await runReparse(options);
    report(keys, () => formatReparse(keys, options.dryRun === true));
    if (keys.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
  });

// Whoever reads the output may leave (`macro runs | head`).
process.stdout.on('error', () => process.exit());

try {
  await program.parseAsync();
} catch (error) {
  const { cause, message } = error as Error;
  process.stderr.write(`error: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}\n`);
  process.exitCode = 1;
}
