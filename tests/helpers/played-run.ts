import { createRun } from '../../shared/db/backfills.ts';
import type { Database } from '../../shared/db/client.ts';
import { readUpstreamIds, storeOutcomes } from '../../shared/db/materializations.ts';
import { graph, type AssetName } from '../../shared/pipeline/graph.ts';
import type { PartitionOutcome } from '../../shared/pipeline/handler.ts';
import {
  claimTask,
  closeRun,
  dispatchRun,
  endAttempt,
  type ClaimedTask,
} from '../../shared/pipeline/runs.ts';
import type { Day } from '../../shared/time.ts';

/** Why assets fail in a played run. */
export type Failures = Partial<Record<AssetName, string>>;

async function endTask(
  db: Database,
  task: ClaimedTask,
  partition: Day,
  { failure, upstream }: { readonly failure: string | undefined; readonly upstream: AssetName | undefined },
): Promise<void> {
  const { asset } = task;
  if (upstream !== undefined) {
    await endAttempt(db, task, { state: 'skipped', reason: `upstream_failed: ${upstream}` });
    return;
  }
  const rows = asset.length;
  const outcome: PartitionOutcome =
    failure === undefined
      ? { partition, state: 'fresh', rows }
      : { partition, state: 'failed', reason: failure };
  await db.transaction(async (tx) => {
    await storeOutcomes(tx, asset, task, [outcome], await readUpstreamIds(tx, asset, [partition]));
    await endAttempt(
      tx,
      task,
      failure === undefined ? { state: 'succeeded', rows } : { state: 'failed', reason: failure },
    );
  });
}

/**
 * Runs every asset for one partition as workers do, without computing anything: those that are named fail, what reads them is
 * skipped, and an asset writes as many rows as its name has letters. Returns the run.
 */
export async function playRun(
  db: Database,
  kind: 'scheduled' | 'manual',
  partition: Day,
  failures: Failures = {},
): Promise<string> {
  const runId = await createRun(db, kind, partition);
  const dispatched = await db.transaction((tx) => dispatchRun(tx, runId));
  const lacking = new Set<AssetName>();
  for (const name of graph.names) {
    const queued = dispatched?.tasks.find(({ asset }) => asset === name);
    const task = queued && (await claimTask(db, queued.taskId, queued.dispatch, 'test'));
    if (task === undefined || task === null) throw new Error(`${name} of ${partition} could not be claimed`);
    const upstream = graph.assets[name].reads.find((read) => lacking.has(read));
    const failure = failures[name];
    if (upstream !== undefined || failure !== undefined) lacking.add(name);
    await endTask(db, task, partition, { failure, upstream });
  }
  await closeRun(db, runId);
  return runId;
}
