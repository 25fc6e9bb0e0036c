import type { Day } from '../time.ts';

/**
 * How far a table of dates reaches that a person keeps by hand. Every such table declares one beside itself and is named
 * in the scheduler's list, which raises an alert before the table runs out.
 */
export interface Horizon {
  /** What the table holds; stable, alerts are about it. */
  readonly table: string;
  /** Last day on which the table is still complete. */
  readonly lastDay: Day;
  /** What happens after that day. */
  readonly afterwards: string;
  /** Where its next entries are published. */
  readonly source: string;
}
