import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getSchedule } from '../../../../../shared/contract/schedule.ts';
import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import { countOf } from '../format.ts';

export type Schedule = Answer<typeof getSchedule>;

function CurrentState({ schedule: { paused, enabled } }: { readonly schedule: Schedule }) {
  if (paused === null) return <State of={enabled ? 'running' : 'off'} />;
  return (
    <>
      <State of="paused" /> by {paused.by} since <Time of={paused.since} />
      {paused.reason === null ? '' : `: ${paused.reason}`}
    </>
  );
}

/** When runs are due, and whether they start. */
export const ScheduleFacts = ({ schedule }: { readonly schedule: Schedule }) => (
  <dl class="facts">
    <dt>State</dt>
    <dd>
      <CurrentState schedule={schedule} />
    </dd>
    <dt>Next tick</dt>
    <dd>
      {schedule.nextTick === null ? (
        <span class="quiet">–</span>
      ) : (
        <>
          <Time of={schedule.nextTick.dueAt} />, partition {schedule.nextTick.partition}
        </>
      )}
    </dd>
    <dt>Due</dt>
    <dd>
      <code>{schedule.cron}</code> {schedule.timezone}
    </dd>
    <dt>After downtime</dt>
    <dd>
      {schedule.maxCaughtUp === 0
        ? 'ticks that were missed stay missed'
        : `the newest ${countOf(schedule.maxCaughtUp, 'missed tick')} at most ${schedule.maxCaughtUp === 1 ? 'is' : 'are'} made up for`}{' '}
      (<code>{schedule.catchUp}</code>)
    </dd>
  </dl>
);
