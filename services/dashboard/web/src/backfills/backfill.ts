import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getBackfill } from '../../../../../shared/contract/backfills.ts';
import { formatDecimals, NONE } from '../format.ts';

/** A backfill as people follow it. */
export type Backfill = Answer<typeof getBackfill>;

/** Partitions per minute, in words. */
export const describeRate = ({ rate }: Backfill): string =>
  rate === null ? NONE : `${formatDecimals(rate, 1)} per minute`;
