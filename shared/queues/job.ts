import { z } from 'zod';
import { graph, type AssetName } from '../pipeline/graph.ts';

// Payloads may sit in Redis across a deploy: new fields are optional.

/** What a job of a layer's queue carries. Everything else stands in the ledger. */
export const taskJobSchema = z.object({
  runId: z.uuid(),
  taskId: z.uuid(),
  asset: z.enum(graph.names as readonly [AssetName, ...AssetName[]]),
  /** Which dispatch of the task this job belongs to; an older one is superseded. */
  dispatch: z.int().min(1),
});

export type TaskJob = z.infer<typeof taskJobSchema>;

/** What the root of a run's flow carries. */
export const finishJobSchema = z.object({ runId: z.uuid(), dispatch: z.int().min(1) });

export type FinishJob = z.infer<typeof finishJobSchema>;

/** Job names of the `runs` queue. */
export const FINISH_JOB = 'finish';
export const TICK_JOB = 'tick';

/** BullMQ silently ignores a second add of an id that it still keeps, so every dispatch has its own. */
export function jobIdOf(id: string, dispatch: number): string {
  return `${id}_${dispatch}`;
}
