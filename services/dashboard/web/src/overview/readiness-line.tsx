import type { PartitionOverview } from './overview.ts';
import { judgeReadiness } from './readiness.ts';

/** The one line that says whether the data is right and ready. */
export function ReadinessLine({ partition, cells, run }: PartitionOverview) {
  const { state, sentence } = judgeReadiness(partition, cells, run.tasks);
  return (
    <p class={`verdict ${state}`} role="status">
      {sentence}
    </p>
  );
}
