import { useRoute } from 'preact-iso';
import { useMemo } from 'preact/hooks';
import { getCurve, listCurveTenor } from '../../../../../shared/contract/curves.ts';
import { isCurveId, type CurveId } from '../../../../../shared/silver/curve-conventions.ts';
import { useWorkplace } from '../api.ts';
import { collect } from '../collect.ts';
import { Choice } from '../components/choice.tsx';
import { DayField } from '../components/day-field.tsx';
import { DaySlider } from '../components/day-slider.tsx';
import { FileLinks } from '../components/file-links.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { Time } from '../components/time.tsx';
import { CurveChart } from '../data/curve-chart.tsx';
import { CurveHistory, type TenorRow } from '../data/curve-history.tsx';
import { isObserved, type Curve } from '../data/curve-lines.ts';
import { CURVES } from '../data/curve-names.ts';
import { CurveFits, CurveMetrics, CurvePoints } from '../data/curve-tables.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

/** Tenors that have a history, the usual one first: standard ones, or those of a curve that is observed at them. */
function listTenors({ points }: Curve): string[] {
  const standard = points.filter((point) => !isObserved(point));
  const tenors = (standard.length > 0 ? standard : points).map(({ tenor }) => tenor);
  const usual = tenors.includes('1Y') ? ['1Y'] : [];
  return [...new Set([...usual, ...tenors])];
}

function Sessions({ rows, shown }: { readonly rows: readonly TenorRow[]; readonly shown: string }) {
  const { change } = useAddress();
  const days = useMemo(() => rows.filter(({ rate }) => rate !== null).map(({ date }) => date), [rows]);
  if (days.length === 0) return null;
  return <DaySlider label="Session" days={days} value={shown} onChoose={(date) => change({ date })} />;
}

function CurveDetail({ id, curve, compared }: { id: CurveId; curve: Curve; compared: Curve | null }) {
  const { api } = useWorkplace();
  const { query } = useAddress();
  const { date, asOf } = query;
  const tenors = listTenors(curve);
  const tenor = query['tenor'] ?? tenors[0] ?? '1Y';
  const history = useQuery(
    async () => ({
      tenor,
      rows: await collect((cursor) =>
        api.listCurveTenor({ params: { id, tenor }, query: { asOf, cursor, limit: 10_000 } }),
      ),
    }),
    [id, tenor, asOf],
  );
  return (
    <>
      <p class="quiet">
        {CURVES[id].name}: {CURVES[id].quotes}. Session {curve.date}, {curve.dayCount}, known from{' '}
        <Time of={curve.knownAt} />.
      </p>
      <Sessions rows={history.data?.rows ?? []} shown={curve.date} />
      <CurveChart curve={curve} compared={compared} />
      <FileLinks of={`Curve of ${curve.date}`} endpoint={getCurve} params={{ id }} query={{ date, asOf }} />
      <div class="grid">
        <CurveMetrics {...curve} />
        <CurveFits {...curve} />
      </div>
      <h2>One tenor over time</h2>
      <Choice name="tenor" label="Tenor" options={tenors.map((value) => ({ value, label: value }))} />
      <Answer query={history}>{(found) => <CurveHistory {...found} curve={id} unit={curve.unit} />}</Answer>
      <FileLinks
        of={`${id} ${tenor} by session`}
        endpoint={listCurveTenor}
        params={{ id, tenor }}
        query={{ asOf }}
      />
      <CurvePoints curve={curve} compared={compared} />
    </>
  );
}

function CurveContent({ id }: { readonly id: CurveId }) {
  const { api } = useWorkplace();
  const { query } = useAddress();
  const { date, asOf, compare } = query;
  const params = { id };
  const curve = useQuery(() => api.getCurve({ params, query: { date, asOf } }), [id, date, asOf], {
    changes: ['run'],
  });
  const compared = useQuery(
    async () =>
      compare === undefined ? null : await api.getCurve({ params, query: { date: compare, asOf } }),
    [id, compare, asOf],
  );
  return (
    <>
      <div class="row">
        <DayField name="date" label="Date" />
        <DayField name="compare" label="Beside" />
        <DayField name="asOf" label="As known on" />
      </div>
      <Answer query={compared}>{() => null}</Answer>
      <Answer query={curve}>
        {(found) => <CurveDetail id={id} curve={found} compared={compared.data} />}
      </Answer>
    </>
  );
}

/** A curve of a session: what was observed, what is derived from it, and another session beside it. */
export function CurvePage() {
  const { id = '' } = useRoute().params;
  return (
    <Page title={id} actions={<a href="/data#curves">All curves</a>}>
      {isCurveId(id) ? <CurveContent key={id} id={id} /> : <EmptyNote>There is no curve {id}.</EmptyNote>}
    </Page>
  );
}
