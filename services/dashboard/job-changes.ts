import type { Job } from 'bullmq';
import { ApiError, type Client } from '../../shared/client/client.ts';
import { PROBLEMS } from '../../shared/contract/problems.ts';

/** Something that is done to a job. @throws ApiError when it is not possible, or not for this person */
export type JobChange = (api: Client, job: Job) => Promise<void>;

/** Refuses a change as the API does. */
function refuse(job: Job, detail: string): ApiError {
  const { status, title } = PROBLEMS['invalid-transition'];
  const problem = { type: '/problems/invalid-transition', title, status, detail };
  return new ApiError(`A change of job ${job.id}`, status, JSON.stringify(problem));
}

function runOf(job: Job): string {
  const { runId } = job.data as { readonly runId?: string };
  if (runId === undefined)
    throw refuse(job, `Job ${job.id} belongs to the schedule, not to a run: start a run instead`);
  return runId;
}

/**
 * Retries the run of a job. The ledger decides what runs: a job that was put back into its queue behind the ledger's back would
 * find itself superseded.
 */
export const retryJob: JobChange = async (api, job) => {
  const reason = `retried job ${job.id} on Bull Board`;
  await api.retryRun({ params: { id: runOf(job) }, body: { reason } });
};

/** Brings a job forward that waits for its time, after the API has written that down. */
export const promoteJob: JobChange = async (api, job) => {
  const runId = runOf(job);
  if (!(await job.isDelayed()))
    throw refuse(job, `Job ${job.id} is not delayed: there is nothing to promote`);
  await api.recordPromotion({
    params: { id: runId },
    body: { jobId: String(job.id), reason: 'promoted on Bull Board' },
  });
  await job.promote();
};
