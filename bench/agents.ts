/**
 * How many partitions the agents assess in a second on the recorded history, and how that grows with its length.
 *
 * `node bench/agents.ts [runs]`. One line per agent and length: the last quarter of the recorded weekdays, the last half,
 * all of them; median of three runs (or as many as are asked for) of views, models and reports, without database. `longest`
 * is the longest stretch without a turn of the event loop: one partition.
 */
import { assessPartition } from '../services/agents/framework/report.ts';
import { createViews } from '../services/agents/framework/view.ts';
import { AGENTS } from '../services/agents/handlers.ts';
import type { StoredReport } from '../shared/db/reader.ts';
import type { ReportRecord } from '../shared/db/signals.ts';
import { AGENT_NAMES, type AgentName } from '../shared/pipeline/graph.ts';
import { listWeekdays, type Day } from '../shared/time.ts';
import { collectRecordedPanel } from '../tests/helpers/recorded-panel.ts';

const FIRST: Day = '2010-01-04';
const LAST: Day = '2025-12-31';
/** Parts of the history, the shortest first. */
const SHARES = [4, 2, 1] as const;
const RUNS = Number(process.argv[2] ?? 3);

const weekdays = listWeekdays(FIRST, LAST);
const panel = await collectRecordedPanel(Object.values(AGENTS), FIRST, LAST);
const reports = new Map<AgentName, StoredReport[]>();

/** One pass of an agent over ascending partitions: its reports, how long it took and its longest partition. */
function assessAll(name: AgentName, partitions: readonly Day[]) {
  const records: ReportRecord[] = [];
  const start = performance.now();
  const views = createViews(AGENTS[name], { ...panel, reports });
  let longest = 0;
  for (const partition of partitions) {
    const before = performance.now();
    records.push(assessPartition(AGENTS[name], views.at(partition)));
    longest = Math.max(longest, performance.now() - before);
  }
  return { records, ms: performance.now() - start, longest };
}

process.stdout.write(`${weekdays.length} partitions, ${FIRST} to ${LAST}, median of ${RUNS}\n`);
process.stdout.write('agent                  len  partitions       ms  partitions/s  longest ms\n');
for (const name of AGENT_NAMES) {
  for (const share of SHARES) {
    const partitions = weekdays.slice(-Math.floor(weekdays.length / share));
    const runs = Array.from({ length: RUNS }, () => assessAll(name, partitions));
    const { ms, longest, records } = runs.toSorted((a, b) => a.ms - b.ms)[Math.floor(RUNS / 2)]!;
    const cells = [
      name.padEnd(21),
      `${SHARES[0] / share}×`.padStart(3),
      String(partitions.length).padStart(10),
      ms.toFixed(0).padStart(7),
      ((partitions.length / ms) * 1_000).toFixed(0).padStart(12),
      longest.toFixed(0).padStart(10),
    ];
    process.stdout.write(`${cells.join('  ')}\n`);
    // The last length is the whole history: what the agents after this one read.
    reports.set(
      name,
      records.map((record) => ({ ...record, agent: name, outputs: { ...record.outputs } })),
    );
  }
}
