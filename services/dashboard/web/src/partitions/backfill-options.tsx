import type { Call } from '../../../../../shared/contract/endpoint.ts';
import type { createBackfill } from '../../../../../shared/contract/backfills.ts';

type Request = Call<typeof createBackfill>['body'];

/** How a backfill is cut and what it leaves out. */
export type Options = Required<Pick<Request, 'only' | 'slice' | 'order' | 'maxConcurrentRuns'>>;

export const DEFAULTS: Options = { only: 'missing', slice: 'month', order: 'oldest', maxConcurrentRuns: 4 };

const CHOICES = {
  only: {
    label: 'Partitions',
    options: {
      missing: 'missing and failed ones',
      failed: 'failed ones',
      stale: 'stale ones',
      all: 'all, computed again',
    },
  },
  slice: {
    label: 'One run covers',
    options: { day: 'a day', month: 'a month', quarter: 'a quarter', year: 'a year' },
  },
  order: { label: 'Begin with', options: { oldest: 'the oldest', newest: 'the newest' } },
} as const;

const MOST_RUNS = 100;

/** The options of a backfill as fields. */
export function BackfillOptions({
  options,
  onChange,
}: {
  readonly options: Options;
  readonly onChange: (options: Options) => void;
}) {
  return (
    <div class="grid options">
      {Object.entries(CHOICES).map(([name, { label, options: choices }]) => (
        <label key={name}>
          {label}
          <select
            value={options[name as keyof typeof CHOICES]}
            onChange={({ currentTarget: { value } }) => onChange({ ...options, [name]: value })}
          >
            {Object.entries(choices).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      ))}
      <label>
        Runs at once
        <input
          type="number"
          min={1}
          max={MOST_RUNS}
          required
          value={options.maxConcurrentRuns}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...options, maxConcurrentRuns: Number(value) })
          }
        />
      </label>
    </div>
  );
}
