/** Which partitions of a range a run computes: `missing` takes failed ones too, `stale` what its upstreams or code outdate. */
export const ONLY = ['missing', 'failed', 'stale', 'all'] as const;
export type Only = (typeof ONLY)[number];
