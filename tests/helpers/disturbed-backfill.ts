import { expect } from 'vitest';
import { graph } from '../../shared/pipeline/graph.ts';
import { countEvents, readBackfill, readTasks, requestBackfill } from './backfills.ts';
import { handlersWith, succeed, waitFor, type TestPipeline } from './pipeline.ts';

const PATIENCE_MS = 55_000;
const MONTHS = 6;

/**
 * Runs a backfill of all assets over half a year, two runs at once, disturbs it while a task of its third run is at work, and
 * expects it to end complete, with nothing done twice. The scheduler of the pipeline must run.
 */
export async function expectToOutlive(
  pipeline: TestPipeline,
  year: number,
  disturb: () => Promise<void>,
): Promise<void> {
  const { db } = pipeline.database;
  const started = Promise.withResolvers<void>();
  const disturbed = Promise.withResolvers<void>();
  let attempts = 0;
  const workers = await pipeline.startWorkers(
    handlersWith({
      bronze_fred: async (ctx) => {
        attempts += 1;
        if (attempts === 3) {
          started.resolve();
          await disturbed.promise;
        }
        return succeed(ctx);
      },
    }),
  );
  const id = await requestBackfill(db, `${year}-01-01`, `${year}-06-30`, { maxConcurrentRuns: 2 });
  await started.promise;
  await disturb();
  expect((await readBackfill(db, id)).finishedAt).toBeNull();
  disturbed.resolve();
  const { state, partitions } = await waitFor(
    'the backfill',
    async () => {
      const backfill = await readBackfill(db, id);
      return backfill.finishedAt === null ? null : backfill;
    },
    PATIENCE_MS,
  );
  expect(state).toBe('succeeded');
  expect(partitions.done).toBe(partitions.total);
  const tasks = await readTasks(db, id);
  expect(tasks.map((task) => task.state)).toEqual(
    Array.from({ length: MONTHS * graph.names.length }, () => 'succeeded'),
  );
  const commits = await countEvents(db, id, 'succeeded');
  expect([...commits.values()]).toEqual(tasks.map(() => 1));
  await workers.close();
}
