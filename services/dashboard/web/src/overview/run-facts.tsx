import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getSchedule } from '../../../../../shared/contract/schedule.ts';
import { RunLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import type { RunDetail } from './overview.ts';

type Schedule = Answer<typeof getSchedule>;

function LastTick({ schedule }: { readonly schedule: Schedule }) {
  const [tick] = schedule.ticks;
  if (tick === undefined) return <span class="quiet">none yet</span>;
  return (
    <>
      <Time of={tick.dueAt} />, partition {tick.partition} <State of={tick.outcome} reason={tick.reason} />
    </>
  );
}

function NextTick({ schedule: { paused, enabled, nextTick } }: { readonly schedule: Schedule }) {
  if (nextTick !== null)
    return (
      <>
        <Time of={nextTick.dueAt} />, partition {nextTick.partition}
      </>
    );
  return <State of={paused !== null || enabled ? 'paused' : 'off'} reason={paused?.reason ?? null} />;
}

/** The run of the newest partition, and the ticks around it. */
export const RunFacts = ({
  run,
  schedule,
}: {
  readonly run: RunDetail | null;
  readonly schedule: Schedule;
}) => (
  <dl class="facts">
    {run === null ? null : (
      <>
        <dt>Run</dt>
        <dd>
          <RunLink id={run.id} /> ({run.kind}) <State of={run.state} />
        </dd>
      </>
    )}
    <dt>Last tick</dt>
    <dd>
      <LastTick schedule={schedule} />
    </dd>
    <dt>Next tick</dt>
    <dd>
      <NextTick schedule={schedule} />
    </dd>
  </dl>
);
