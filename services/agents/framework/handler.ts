import { storeReports, type ReportRecord } from '../../../shared/db/signals.ts';
import { describeFailure } from '../../../shared/errors.ts';
import type { Handler, PartitionOutcome } from '../../../shared/pipeline/handler.ts';
import type { AgentDefinition } from './agent.ts';
import { loadPanel } from './panel.ts';
import { assessPartition } from './report.ts';
import { createViews } from './view.ts';

/**
 * The handler of an agent: reads one panel for all partitions of the task, moves the view from partition to partition
 * and stores report and signals of each. A partition whose assessment throws is `failed`; the others are kept.
 */
export function createAgentHandler(agent: AgentDefinition): Handler {
  return async (ctx) => {
    const first = ctx.partitions[0];
    const last = ctx.partitions.at(-1);
    if (first === undefined || last === undefined)
      return { commit: () => Promise.resolve({ partitions: [], rows: 0 }) };
    const views = createViews(agent, await loadPanel(ctx.read, agent, first, last));
    const reports: ReportRecord[] = [];
    const outcomes: PartitionOutcome[] = [];
    for (const partition of ctx.partitions) {
      await ctx.breathe();
      const view = views.at(partition);
      try {
        const report = assessPartition(agent, view);
        reports.push(report);
        outcomes.push({
          partition,
          state: 'fresh',
          rows: report.signals.length + 1,
          degraded: report.status === 'degraded',
        });
      } catch (error) {
        const { name, message } = describeFailure(error, false);
        outcomes.push({ partition, state: 'failed', reason: `${name}: ${message}` });
      }
    }
    return {
      async commit(tx) {
        return { partitions: outcomes, rows: await storeReports(tx, reports, ctx.taskId) };
      },
    };
  };
}
