import type { Answer } from '../../shared/contract/endpoint.ts';
import type { Contract } from '../../shared/contract/contract.ts';

type RowOf<Name extends keyof Contract> =
  Answer<Contract[Name]> extends { readonly data: readonly (infer Row)[] } ? Row : never;

/** A backfill as people follow it. */
export type Backfill = Answer<Contract['getBackfill']>;

/** What a backfill would do. */
export type BackfillPlan = Extract<Answer<Contract['createBackfill']>, { dryRun: true }>;

/** A run with its tasks. */
export type RunDetail = Answer<Contract['getRun']>;

/** One asset over a range of partitions: how many are in which state. */
export type PartitionSummary = Omit<RowOf<'listAssets'>['partitions'], 'stale' | 'noDataExpected'> & {
  readonly asset: string;
  /** By reason. */
  readonly noDataExpected: Readonly<Record<string, number>>;
};

/** One signal of an agent for one partition. */
export type Signal = Pick<
  RowOf<'listSignals'>,
  | 'agent'
  | 'confidence'
  | 'direction'
  | 'partition'
  | 'reason'
  | 'signalId'
  | 'status'
  | 'strength'
  | 'unit'
  | 'value'
>;

/** The report of an agent for one partition: what is shown of it. */
export type AgentReport = Pick<
  Answer<Contract['getReport']>,
  | 'agent'
  | 'coverage'
  | 'dataQualityFlags'
  | 'modelVersion'
  | 'narrative'
  | 'partition'
  | 'revision'
  | 'status'
  | 'versions'
> & { readonly signals: readonly Signal[] };

/** The schedule with its past ticks. */
export type Schedule = Answer<Contract['getSchedule']>;

/** The health of a provider. */
export type ProviderHealth = RowOf<'listProviders'>;

/** Result of one data-quality check of one key. */
export type CheckResult = RowOf<'listChecks'>;

/** The morning digest of a partition. */
export type Digest = Answer<Contract['getDigest']>;

/** What a partition was made of. */
export type Lineage = Answer<Contract['getLineage']>;
