import { styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';

import { lastPartition } from '../../services/api/partition-range.ts';
import { readFirstKey } from '../../shared/api-key.ts';
import { inheritEnvironment, loadConfig } from '../../shared/config.ts';
import type { Provider } from '../../shared/connectors/connector.ts';
import { ONLY } from '../../shared/pipeline/only.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import {
  type ApiClient,
  type Backfill,
  changeBackfill,
  createBackfill,
  createRun,
  getBackfill,
  getReport,
  listChecks,
  listSignals,
  overrideCheck,
  requestJson,
  summarizePartitions,
} from './api-client.ts';
import { addChangeCommands, addSingleChangeCommands, type ChangeRequest } from './change-commands.ts';
import { createDagsterCommand } from './dagster/command.ts';
import { followBackfill } from './follow-backfill.ts';
import { formatAgentReport, formatComparison, type Paper } from './format-agent-report.ts';
import { formatCount } from './format-number.ts';
import { formatCheckTable } from './format-checks.ts';
import { formatProbeTable, formatProviderTable, ProviderListSchema } from './format-providers.ts';
import { formatPartitionTable, formatRequests, formatSignalTable } from './format-report.ts';
import { formatRecords } from './format-records.ts';
import { formatSchedule, ScheduleSchema } from './format-schedule.ts';
import { followRun } from './follow-run.ts';
import { probeProviders } from './probe.ts';
import { createPruneCommand } from './prune.ts';
import { formatReparse, runReparse } from './reparse.ts';

/** A narrower terminal breaks tables anyway. */
const MIN_WIDTH = 60;

interface GlobalOptions {
  api: string;
  json?: boolean;
  apiKey?: string;
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

/** `inflation` and `agent_inflation` are the same agent. */
function nameAgent(text: string): string {
  return text.startsWith('agent_') ? text : `agent_${text}`;
}

interface SignalOptions {
  partition?: string;
  agent?: string;
  version?: string;
  compare?: string;
}

const STYLES = { up: 'green', down: 'red', good: 'green', bad: 'yellow', title: 'bold' } as const;

/** A terminal is as wide as it is and has colours, unless NO_COLOR forbids them; a file or a pipe has neither. */
const paper: Paper = {
  width: process.stdout.isTTY ? Math.max(process.stdout.columns, MIN_WIDTH) : undefined,
  paint: process.stdout.isTTY
    ? (tone, text) => styleText(STYLES[tone], text, { stream: process.stdout })
    : undefined,
};

const environment = inheritEnvironment();
const program = new Command('macro')
  .description('Command line of the macro pipeline.')
  .addOption(
    new Option('--api <url>', 'address of the API').default(
      `http://127.0.0.1:${environment['API_PORT'] || 3000}`,
    ),
  )
  .option('--api-key <key>', 'API key (default: the first of API_KEYS)')
  .option('--json', 'print the answers of the API as JSON')
  .showHelpAfterError();

function openClient(): ApiClient {
  const { api, apiKey } = program.opts<GlobalOptions>();
  return { apiKey: apiKey ?? readFirstKey(environment['API_KEYS'] ?? ''), baseUrl: api };
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
  .addOption(new Option('--only <which>', 'partitions to take').choices(ONLY))
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

addChangeCommands(
  backfill,
  '/v1/backfills',
  {
    cancel: 'stop a backfill: nothing of it starts any more, what runs is aborted',
    pause: 'start nothing of a backfill; what runs is finished',
    resume: 'go on with a paused backfill',
    retry: 'go on with an ended backfill: failed, skipped and cancelled tasks only',
  },
  async (path, request) => {
    const changed = await changeBackfill(openClient(), path, request);
    report(changed, () => describeBackfill(changed));
  },
);

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

const runs = program
  .command('runs')
  .description('list runs, cancel or retry one')
  .action(() => reportList('/v1/runs'));

addChangeCommands(
  runs,
  '/v1/runs',
  {
    cancel: 'stop a run: what is running is aborted',
    retry: 'go on with an ended run: failed, skipped and cancelled tasks only',
  },
  async (path, request) => {
    const run = await requestJson(openClient(), 'POST', path, request);
    report(run, () => formatRecords({ data: [run] }));
  },
);

async function reportSchedule(method: 'GET' | 'POST', path: string, request?: ChangeRequest): Promise<void> {
  const schedule = ScheduleSchema.parse(await requestJson(openClient(), method, path, request));
  report(schedule, () => formatSchedule(schedule));
}

const schedule = program
  .command('schedule')
  .description('show when the next run is due and what became of the past ticks; pause or resume it')
  .action(() => reportSchedule('GET', '/v1/schedule'));

addSingleChangeCommands(
  schedule,
  '/v1/schedule',
  {
    pause: 'plan no scheduled runs',
    resume: 'plan scheduled runs again, and make up for what came due as SCHEDULE_CATCH_UP says',
  },
  (path, request) => reportSchedule('POST', path, request),
);

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
  .description('list the signals of a partition, or compare two model versions of them')
  .argument('[partition]', 'partition', parseDay)
  .option('--partition <day>', 'the same', parseDay)
  .option('--agent <agent>', 'only this one: inflation, fiscal, …')
  .option('--version <version>', 'model version (default: the current one of each agent)')
  .option('--compare <version>', 'model version to show beside it')
  .action(async (given: string | undefined, options: SignalOptions) => {
    const partition = given ?? options.partition;
    if (partition === undefined) throw new InvalidArgumentError('a partition is needed, such as 2022-06-24');
    const agent = options.agent === undefined ? undefined : nameAgent(options.agent);
    const list = (modelVersion: string | undefined) =>
      listSignals(openClient(), partition, partition, { agent, modelVersion });
    const signals = await list(options.version);
    if (options.compare === undefined) {
      report(signals, () => formatSignalTable(signals, { width: paper.width }));
      return;
    }
    const others = await list(options.compare);
    // Without an agent the other version is that of the agents that have one.
    const agents = new Set(others.map((signal) => signal.agent));
    const compared = agent === undefined ? signals.filter((signal) => agents.has(signal.agent)) : signals;
    report({ signals: compared, compared: others }, () =>
      formatComparison(
        { version: options.version ?? 'current', signals: compared },
        { version: options.compare!, signals: others },
        paper,
      ),
    );
  });

program
  .command('report')
  .description('show the report of an agent, or compare two model versions of it')
  .argument('<agent>', 'inflation, monetary_policy, fiscal, fx_equilibrium or cross_asset')
  .argument('[partition]', 'partition (default: the newest that has a report)', parseDay)
  .option('--version <version>', 'model version (default: the current one)')
  .option('--compare <version>', 'model version to show beside it')
  .action(async (name: string, partition: string | undefined, options: SignalOptions) => {
    const agent = nameAgent(name);
    const found = await getReport(openClient(), agent, { partition, modelVersion: options.version });
    if (options.compare === undefined) {
      report(found, () => formatAgentReport(found, paper));
      return;
    }
    const wanted = { partition: found.partition, modelVersion: options.compare };
    const other = await getReport(openClient(), agent, wanted);
    report({ report: found, compared: other }, () =>
      formatComparison(
        { version: found.modelVersion, signals: found.signals },
        { version: other.modelVersion, signals: other.signals },
        paper,
      ),
    );
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

const checks = program.command('checks').description('data-quality checks and decisions about them');

checks
  .command('list')
  .description('list the results of checks, newest first')
  .addOption(new Option('--status <status>', 'only these').choices(['passed', 'failed', 'overridden']))
  .addOption(new Option('--severity <severity>', 'only these').choices(['block', 'warn']))
  .option('--key <key>', 'results of one key')
  .option('--asset <asset>', 'results of one bronze asset')
  .option('--from <day>', 'results that looked at this day or later', parseDay)
  .option('--to <day>', 'results that looked at this day or earlier', parseDay)
  .action(async (options) => {
    const answer = await listChecks(openClient(), options);
    report(answer, () => formatCheckTable(answer.data));
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
  .action(async (options) => {
    const override = await overrideCheck(openClient(), options);
    report(override, () => [
      `override ${override.id}: ${override.check} of ${override.key}, ${override.from} to ${override.to}`,
      `held dates      ${override.heldDates.join(' ') || 'none'}`,
      `read again      ${override.windows.map(({ key, from, to }) => `${key} ${from}…${to}`).join(', ') || 'nothing'}`,
      'The next run of the asset takes the rows from the archive.',
    ]);
  });

program.addCommand(createDagsterCommand(report));
program.addCommand(createPruneCommand(report));

// Whoever reads the output may leave (`macro runs | head`).
process.stdout.on('error', () => process.exit());

try {
  await program.parseAsync();
} catch (error) {
  const { cause, message } = error as Error;
  process.stderr.write(`error: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}\n`);
  process.exitCode = 1;
}
