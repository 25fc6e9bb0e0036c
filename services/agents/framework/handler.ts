import { storeReports, type ReportRecord } from '../../../shared/db/signals.ts';
import { describeFailure } from '../../../shared/errors.ts';
import type { Handler, PartitionOutcome } from '../../../shared/pipeline/handler.ts';
import type { Day } from '../../../shared/time.ts';
import type { AgentDefinition } from './agent.ts';
import { loadPanel } from './panel.ts';
import { assessPartition } from './report.ts';
import type { FitPool } from './fit-pool.ts';
import { createViews, type View, type Views } from './view.ts';

/**
 * The handler of an agent: reads one panel for all partitions of the task, moves the view from partition to partition
 * and stores report and signals of each. A partition whose assessment throws is `failed`; the others are kept.
 *
 * `candidates` are other model versions of the agent: they look at the same panel, and their reports are stored beside
 * those of `agent`, which alone decide the outcome and are what other agents read. Heavy fits run in `pool`, if there is one.
 */
export function createAgentHandler(
  agent: AgentDefinition,
  candidates: readonly AgentDefinition[] = [],
  pool?: FitPool,
): Handler {
  return async (ctx) => {
    const first = ctx.partitions[0];
    const last = ctx.partitions.at(-1);
    if (first === undefined || last === undefined)
      return { commit: () => Promise.resolve({ partitions: [], rows: 0 }) };
    const panel = await loadPanel(ctx.read, agent, first, last);
    const views = createViews(agent, panel);
    const trials = candidates.map((candidate) => ({
      candidate,
      views: createViews(candidate, panel),
      reports: [] as ReportRecord[],
    }));
    const reports: ReportRecord[] = [];
    const outcomes: PartitionOutcome[] = [];
    for (const partition of ctx.partitions) {
      await ctx.breathe();
      const view = views.at(partition);
      try {
        if (pool !== undefined) await makeFits(agent, views, view, pool);
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
      for (const trial of trials) {
        await ctx.breathe();
        trial.reports.push(await tryPartition(trial.candidate, trial.views, partition, pool));
      }
    }
    return {
      async commit(tx) {
        const stored = await storeReports(tx, reports, ctx.taskId);
        let { rows } = stored;
        for (const trial of trials) rows += (await storeReports(tx, trial.reports, ctx.taskId)).rows;
        const changed = new Set(stored.partitions);
        const partitions = outcomes.map((outcome) =>
          outcome.state === 'fresh' ? { ...outcome, changed: changed.has(outcome.partition) } : outcome,
        );
        return { partitions, rows };
      },
    };
  };
}

/** Has the fits of a partition made in threads. One that fails there is made again in the assessment, which says why. */
async function makeFits(agent: AgentDefinition, views: Views, view: View, pool: FitPool): Promise<void> {
  for (const fit of agent.listFits?.(view) ?? []) {
    if (views.knows(fit.id, fit.signature)) continue;
    const result = await pool.run(fit).catch(() => undefined);
    if (result !== undefined) views.remember(fit.id, fit.signature, result);
  }
}

/** The report of a candidate: one that cannot be assessed says so in every signal and fails nothing. */
async function tryPartition(
  candidate: AgentDefinition,
  views: Views,
  partition: Day,
  pool: FitPool | undefined,
): Promise<ReportRecord> {
  const view = views.at(partition);
  try {
    if (pool !== undefined) await makeFits(candidate, views, view, pool);
    return assessPartition(candidate, view);
  } catch (error) {
    const { name, message } = describeFailure(error, false);
    const draft = { status: 'MODEL_ERROR', reason: `${name}: ${message}` } as const;
    const signals = Object.fromEntries(candidate.expectedSignals.map(({ signalId }) => [signalId, draft]));
    return assessPartition({ ...candidate, assess: () => ({ signals, outputs: {}, diagnostics: {} }) }, view);
  }
}
