import { expect, it } from 'vitest';
import { AGENTS } from '../../../services/agents/handlers.ts';
import { LOOK_BACK_DAYS } from '../../../shared/connectors/look-back.ts';

it('reaches as far back as any agent looks at curves', () => {
  const longest = Math.max(
    ...Object.values(AGENTS)
      .filter(({ reads }) => (reads.curves ?? []).length + (reads.curveMetrics ?? []).length > 0)
      .map(({ curveHistoryDays, historyDays }) => curveHistoryDays ?? historyDays),
  );
  expect(longest).toBe(1_840);
  expect(LOOK_BACK_DAYS).toBeGreaterThanOrEqual(longest);
});
