import { getMe } from './me.ts';
import { getSchedule, pauseSchedule, resumeSchedule } from './schedule.ts';

/** Every endpoint of the API, by the name that it has in the client and in the OpenAPI document. */
export const contract = {
  getMe,
  getSchedule,
  pauseSchedule,
  resumeSchedule,
} as const;

export type Contract = typeof contract;
