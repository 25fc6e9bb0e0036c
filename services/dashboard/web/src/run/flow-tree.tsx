import { useWorkplace } from '../api.ts';
import { AssetLink } from '../components/links.tsx';
import { Answer } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { useQuery } from '../use-query.ts';
import type { FlowJob, RunDetail } from './run.ts';

const JobLink = ({ job: { name, queue, jobId } }: { readonly job: FlowJob }) =>
  jobId === null ? (
    <span class="quiet">not sent yet</span>
  ) : (
    <a href={`/queues/queue/${queue}/${jobId}`} aria-label={`job in ${queue}: ${name}`}>
      job in {queue}
    </a>
  );

function Branch({
  job,
  jobs,
  run,
}: {
  readonly job: FlowJob;
  readonly jobs: readonly FlowJob[];
  readonly run: RunDetail;
}) {
  const children = jobs.filter(({ parent }) => parent === job.name);
  return (
    <li>
      <span class="row">
        {job.taskId === null ? <strong>{job.name}</strong> : <AssetLink of={job.name} />}
        <State of={job.state ?? run.state} />
        <JobLink job={job} />
      </span>
      {children.length === 0 ? null : (
        <ul>
          {children.map((child) => (
            <Branch key={child.name} job={child} jobs={jobs} run={run} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** The jobs of a run: each is worked on when those below it have ended. */
export function FlowTree({ run }: { readonly run: RunDetail }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listFlowJobs({ params: { id: run.id } }), [run]);
  return (
    <Answer query={query}>
      {({ data }) => (
        <>
          <p class="quiet">
            A job starts when those below it have ended. The queues keep a job for a day after its end.
          </p>
          <div class="scroll" tabIndex={0} role="region" aria-label="Jobs of the run">
            <ul class="tree">
              {data
                .filter(({ parent }) => parent === null)
                .map((root) => (
                  <Branch key={root.name} job={root} jobs={data} run={run} />
                ))}
            </ul>
          </div>
        </>
      )}
    </Answer>
  );
}
