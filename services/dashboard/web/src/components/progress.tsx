import { formatCount, formatPercent } from '../format.ts';

/** How much of something is done, as a bar with its numbers. */
export const Progress = ({
  of,
  done,
  total,
}: {
  /** What it is the progress of. */
  readonly of: string;
  readonly done: number;
  readonly total: number;
}) => (
  <span class="progress">
    <progress aria-label={`Progress of ${of}`} value={done} max={Math.max(total, 1)} />{' '}
    <span class="number">
      {formatCount(done)} of {formatCount(total)} (
      {total === 0 ? 'nothing to do' : formatPercent(Math.floor((done / total) * 1_000) / 1_000)})
    </span>
  </span>
);
