import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getBackfill } from '../../../../../shared/contract/backfills.ts';

const rates = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** A backfill as people follow it. */
export type Backfill = Answer<typeof getBackfill>;

/** Partitions per minute, in words. */
export const describeRate = ({ rate }: Backfill): string =>
  rate === null ? '–' : `${rates.format(rate)} per minute`;
