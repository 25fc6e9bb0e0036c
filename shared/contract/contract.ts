import { listAudit } from './audit.ts';
import { watchEvents } from './events.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import { getSchedule, pauseSchedule, resumeSchedule } from './schedule.ts';

/** Every endpoint of the API, by the name that it has in the client and in the OpenAPI document. */
export const contract = {
  getSchedule,
  pauseSchedule,
  resumeSchedule,
  createKey,
  listKeys,
  revokeKey,
  listAudit,
  watchEvents,
} as const;

export type Contract = typeof contract;
