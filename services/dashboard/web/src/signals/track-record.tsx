import type { Answer as AnswerOf } from '../../../../../shared/contract/endpoint.ts';
import { FEWEST_MOVES, type getTrackRecord } from '../../../../../shared/contract/track-record.ts';
import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { formatQuantity } from '../quantity.ts';
import { countOf, formatCount, formatPercent, NONE } from '../format.ts';
import { useQuery } from '../use-query.ts';

type Record = AnswerOf<typeof getTrackRecord>;

const UNITS = { percent: 'percent', basis_points: 'bps' } as const;

function describeMove(value: number | null, target: Record['target']): string {
  return target === null ? NONE : formatQuantity(value, UNITS[target.unit]);
}

/** How often it was right and by how much, once there is enough to tell. */
function Success({ record }: { readonly record: Record }) {
  const { target, nonOverlapping, hitRate } = record;
  if (nonOverlapping < FEWEST_MOVES)
    return (
      <>
        <dt>Hit rate</dt>
        <dd>
          too few moves to tell: {formatCount(nonOverlapping)} of {formatCount(FEWEST_MOVES)} without overlap
        </dd>
      </>
    );
  return (
    <>
      <dt>Hit rate</dt>
      <dd>{hitRate === null ? NONE : formatPercent(hitRate)}</dd>
      <dt>Mean move its way</dt>
      <dd>
        {describeMove(record.meanMove, target)}, standard error {describeMove(record.standardError, target)}
      </dd>
    </>
  );
}

function Figures({ record }: { readonly record: Record }) {
  const { target } = record;
  if (target === null) return <EmptyNote>No track record: {record.reason}.</EmptyNote>;
  return (
    <dl class="facts">
      <dt>Right when long</dt>
      <dd>{target.longMeans}</dd>
      <dt>Spoke</dt>
      <dd>on {countOf(record.spoke, 'partition')}</dd>
      <dt>Moves counted</dt>
      <dd>
        {formatCount(record.windows)}
        {record.firstPartition === null
          ? ''
          : ` from ${record.firstPartition} to ${record.lastPartition ?? '–'}, ${formatCount(record.nonOverlapping)} without overlap`}
      </dd>
      <Success record={record} />
      <dt>Not counted</dt>
      <dd>
        {formatCount(record.open)} not over, {formatCount(record.withoutValue)} without a value at one end
      </dd>
    </dl>
  );
}

/** How often a signal was right so far, or as far as was known on a day, and by how much. */
export function TrackRecord({
  signalId,
  asOf,
}: {
  readonly signalId: string;
  readonly asOf: string | undefined;
}) {
  const { api } = useWorkplace();
  const query = useQuery(
    () => api.getTrackRecord({ params: { signalId }, query: { asOf } }),
    [signalId, asOf],
  );
  return <Answer query={query}>{(record) => <Figures record={record} />}</Answer>;
}
