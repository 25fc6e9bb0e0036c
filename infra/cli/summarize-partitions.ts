import type { Client } from '../../shared/client/client.ts';
import type { PartitionSummary } from './answers.ts';

/** Counts the partitions of a range by asset and state. @throws ApiError */
export async function summarizePartitions(
  client: Client,
  range: { readonly from: string; readonly to: string; readonly assets?: string },
): Promise<PartitionSummary[]> {
  const { data } = await client.listPartitions({ query: { ...range, summary: 'true' } });
  return [...data].flatMap((row) => ('fresh' in row ? [row] : []));
}
