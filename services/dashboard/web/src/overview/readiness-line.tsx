import type { Day } from '../../../../../shared/time.ts';
import type { PartitionOverview } from './overview.ts';
import { judgeReadiness } from './readiness.ts';

/** The one line that says whether the data is right and ready. */
export function ReadinessLine({
  overview: { partition, cells, run },
  due,
}: {
  readonly overview: PartitionOverview;
  /** The newest partition whose tick has been; null while nothing is scheduled. */
  readonly due: Day | null;
}) {
  const { state, sentence } = judgeReadiness(partition, cells, run.tasks, due);
  return (
    <p class={`verdict ${state}`} role="status">
      {sentence}
    </p>
  );
}
