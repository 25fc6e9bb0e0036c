import {
  cancelBackfill,
  createBackfill,
  getBackfill,
  listBackfills,
  pauseBackfill,
  resumeBackfill,
  retryBackfill,
} from './backfills.ts';
import { cancelRun, createRun, getRun, listRunEvents, listRuns, retryRun, searchTaskEvents } from './runs.ts';
import { getSchedule, pauseSchedule, resumeSchedule } from './schedule.ts';

/** Every endpoint of the API, by the name that it has in the client and in the OpenAPI document. */
export const contract = {
  cancelBackfill,
  cancelRun,
  createBackfill,
  createRun,
  getBackfill,
  getRun,
  getSchedule,
  listBackfills,
  listRunEvents,
  listRuns,
  pauseBackfill,
  pauseSchedule,
  resumeBackfill,
  resumeSchedule,
  retryBackfill,
  retryRun,
  searchTaskEvents,
} as const;

export type Contract = typeof contract;
