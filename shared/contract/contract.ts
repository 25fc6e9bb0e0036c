import { listBars } from './bars.ts';
import { getSchedule, pauseSchedule, resumeSchedule } from './schedule.ts';
import { createValueOverride, listValueOverrides } from './value-overrides.ts';

/** Every endpoint of the API, by the name that it has in the client and in the OpenAPI document. */
export const contract = {
  getSchedule,
  pauseSchedule,
  resumeSchedule,
  createValueOverride,
  listValueOverrides,
  listBars,
} as const;

export type Contract = typeof contract;
