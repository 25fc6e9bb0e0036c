import { MINUTE, SECOND } from '../../../../../shared/time.ts';
import { formatSpan } from '../format.ts';

/** How long something took, to the millisecond where that says something; `–` when it has not begun. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms > 0 && ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`;
  return formatSpan(ms);
}
