import * as alerts from './alerts.ts';
import * as bars from './bars.ts';
import * as digests from './digests.ts';
import * as backfills from './backfills.ts';
import * as lineage from './lineage.ts';
import * as runs from './runs.ts';
import * as series from './series.ts';
import * as signals from './signals.ts';
import * as curves from './curves.ts';
import * as assets from './assets.ts';
import * as partitionMap from './partition-map.ts';
import * as partitions from './partitions.ts';
import * as providers from './providers.ts';
import * as checks from './checks.ts';
import * as me from './me.ts';
import * as keys from './keys.ts';
import * as audit from './audit.ts';
import * as events from './events.ts';
import * as service from './service.ts';
import * as schedule from './schedule.ts';
import * as trackRecord from './track-record.ts';
import * as valueOverrides from './value-overrides.ts';

/** Every endpoint of the API, by the name that it has in the client and in the OpenAPI document. */
export const contract = {
  createBackfill: backfills.createBackfill,
  listBackfills: backfills.listBackfills,
  getBackfill: backfills.getBackfill,
  listBackfillAssets: backfills.listBackfillAssets,
  cancelBackfill: backfills.cancelBackfill,
  pauseBackfill: backfills.pauseBackfill,
  resumeBackfill: backfills.resumeBackfill,
  retryBackfill: backfills.retryBackfill,
  createRun: runs.createRun,
  listRuns: runs.listRuns,
  getRun: runs.getRun,
  listFlowJobs: runs.listFlowJobs,
  listRunEvents: runs.listRunEvents,
  searchTaskEvents: runs.searchTaskEvents,
  cancelRun: runs.cancelRun,
  retryRun: runs.retryRun,
  recordPromotion: runs.recordPromotion,
  listAlerts: alerts.listAlerts,
  listAlertRules: alerts.listAlertRules,
  changeAlertRule: alerts.changeAlertRule,
  listAlertDeliveries: alerts.listAlertDeliveries,
  testAlertChannels: alerts.testAlertChannels,
  listDigests: digests.listDigests,
  getDigest: digests.getDigest,
  listSeries: series.listSeries,
  listDerivedSeries: series.listDerivedSeries,
  getSeries: series.getSeries,
  listObservations: series.listObservations,
  getSeriesPoints: series.getSeriesPoints,
  createValueOverride: valueOverrides.createValueOverride,
  listValueOverrides: valueOverrides.listValueOverrides,
  listBars: bars.listBars,
  listSignals: signals.listSignals,
  listReports: signals.listReports,
  getReport: signals.getReport,
  getTrackRecord: trackRecord.getTrackRecord,
  listCurves: curves.listCurves,
  getCurve: curves.getCurve,
  listCurveTenor: curves.listCurveTenor,
  listAssets: assets.listAssets,
  getAsset: assets.getAsset,
  listAssetTables: assets.listAssetTables,
  listPartitions: partitions.listPartitions,
  getPartition: partitions.getPartition,
  getPartitionMap: partitionMap.getPartitionMap,
  getLineage: lineage.getLineage,
  getPayload: lineage.getPayload,
  downloadPayload: lineage.downloadPayload,
  listProviders: providers.listProviders,
  listChecks: checks.listChecks,
  createOverride: checks.createOverride,
  isLive: service.isLive,
  isReady: service.isReady,
  getProblem: service.getProblem,
  getMe: me.getMe,
  getOpenApi: service.getOpenApi,
  createKey: keys.createKey,
  listKeys: keys.listKeys,
  revokeKey: keys.revokeKey,
  listAudit: audit.listAudit,
  watchEvents: events.watchEvents,
  getSchedule: schedule.getSchedule,
  pauseSchedule: schedule.pauseSchedule,
  resumeSchedule: schedule.resumeSchedule,
} as const;

export type Contract = typeof contract;
