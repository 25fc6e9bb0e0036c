import {
  changeAlertRule,
  listAlertDeliveries,
  listAlertRules,
  listAlerts,
  testAlertChannels,
} from './alerts.ts';
import { getDigest, listDigests } from './digests.ts';
import { getSchedule, pauseSchedule, resumeSchedule } from './schedule.ts';

/** Every endpoint of the API, by the name that it has in the client and in the OpenAPI document. */
export const contract = {
  changeAlertRule,
  getDigest,
  getSchedule,
  listAlertDeliveries,
  listAlertRules,
  listAlerts,
  listDigests,
  pauseSchedule,
  resumeSchedule,
  testAlertChannels,
} as const;

export type Contract = typeof contract;
