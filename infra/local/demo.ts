import { createClient, type Client } from '../../shared/client/client.ts';
import { MINUTE } from '../../shared/time.ts';
import { readAllPages } from '../cli/all-pages.ts';
import { followBackfill } from '../cli/follow-backfill.ts';
import { formatCount } from '../cli/format-number.ts';
import {
  countMaterialized,
  countWeekdays,
  formatFigures,
  formatPartitionTable,
  formatSignalTable,
  isComplete,
} from '../cli/format-report.ts';
import { summarizePartitions } from '../cli/summarize-partitions.ts';
import { launchStack, printLine, waitForAbort } from './launcher.ts';
import { readRedisPeak } from './redis.ts';
import { type LocalSettings, locateStackFile } from './settings.ts';
import type { Stack } from './stack.ts';

/** Requests the backfill, follows it and prints the report; true if every asset × partition of the range is materialized. */
async function runDemo(
  settings: LocalSettings,
  stack: Stack,
  client: Client,
  signal: AbortSignal,
): Promise<boolean> {
  const { demoFrom: from, demoTo: to } = settings;
  const startMs = performance.now();
  const created = await client.createBackfill({ body: { from, to } });
  if ('dryRun' in created) throw new Error('a backfill was asked for, and a plan of one came');
  printLine(
    created.tasks === 0
      ? `backfill ${from} … ${to}: nothing was missing`
      : `backfill ${from} … ${to}: ${formatCount(created.runs)} runs, ${formatCount(created.tasks)} tasks`,
  );
  printLine();
  const backfill =
    created.tasks === 0
      ? await client.getBackfill({ params: { id: created.id } })
      : await followBackfill(client, created.id, { signal });
  const durationMs = performance.now() - startMs;

  const rows = await summarizePartitions(client, { from, to });
  printLine(`\nPartitions of ${from} … ${to} by state (degraded ones are among the fresh)\n`);
  for (const line of formatPartitionTable(rows)) printLine(line);
  printLine(`\nSignals of partition ${to}\n`);
  const signals = await readAllPages((cursor) => client.listSignals({ query: { from: to, to, cursor } }));
  for (const line of formatSignalTable(signals)) printLine(line);
  const figures = {
    durationMs,
    materializations: backfill.partitions.total,
    redisPeakBytes: await readRedisPeak(stack.redisUrl, stack.queuePrefix),
    requests: backfill.requests,
  };
  printLine();
  for (const line of formatFigures(figures)) printLine(line);

  const partitions = countWeekdays(from, to);
  const complete = isComplete(rows, partitions);
  const materialized = rows.reduce((sum, row) => sum + countMaterialized(row), 0);
  const wanted = formatCount(partitions * rows.length);
  printLine(
    `materialized            ${formatCount(materialized)} of ${wanted}: ${complete ? 'complete' : 'NOT COMPLETE'}`,
  );
  return complete;
}

process.exitCode = await launchStack(async (stack, settings, signal) => {
  const client = createClient({
    apiKey: settings.apiKey,
    baseUrl: stack.apiUrl,
    signal,
    patienceMs: MINUTE,
  });
  const exitCode = (await runDemo(settings, stack, client, signal)) ? 0 : 1;
  printLine(`dashboard               ${stack.dashboardUrl}`);
  printLine(`API                     ${stack.apiUrl}`);
  printLine(`servers and logs        ${locateStackFile(settings.dataDir)}, ${settings.dataDir}/logs`);
  if (settings.once) return exitCode;
  printLine('\nserving; Ctrl-C stops everything.');
  await waitForAbort(signal);
  return exitCode;
});
