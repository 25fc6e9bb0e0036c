import { countEvents, readBackfill, readTasks, requestBackfill } from './backfills.ts';
import { handlersWith, succeed, waitFor, type TestPipeline } from './pipeline.ts';

/** Less than the limit of a test, so that what hangs is named. */
const PATIENCE_MS = 150_000;

/** What became of a backfill that was disturbed. */
export interface Outcome {
  readonly wasUnderWay: boolean;
  readonly state: string;
  readonly missingPartitions: number;
  readonly openTasks: number;
  readonly tasksDoneTwice: number;
}

/** What must become of it. */
export const COMPLETE: Outcome = {
  wasUnderWay: true,
  state: 'succeeded',
  missingPartitions: 0,
  openTasks: 0,
  tasksDoneTwice: 0,
};

/**
 * Runs a backfill of all assets over half a year, two runs at once, and disturbs it while a task of its third run is at work.
 * The scheduler of the pipeline must run; nobody else may be working.
 */
export async function disturbBackfill(
  pipeline: TestPipeline,
  year: number,
  disturb: () => Promise<void>,
): Promise<Outcome> {
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
  const wasUnderWay = (await readBackfill(db, id)).finishedAt === null;
  disturbed.resolve();
  const { state, partitions } = await waitFor(
    'the backfill',
    async () => {
      const backfill = await readBackfill(db, id);
      return backfill.finishedAt === null ? null : backfill;
    },
    PATIENCE_MS,
  );
  await workers.close();
  const tasks = await readTasks(db, id);
  const commits = await countEvents(db, id, 'succeeded');
  return {
    wasUnderWay,
    state,
    missingPartitions: partitions.total - partitions.done,
    openTasks: tasks.filter((task) => task.state !== 'succeeded').length,
    tasksDoneTwice: [...commits.values()].filter((times) => times > 1).length,
  };
}
