import { useWorkplace } from '../api.ts';
import { collect } from '../collect.ts';
import { Answer } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { CurveList } from '../data/curve-list.tsx';
import { DerivedList } from '../data/derived-list.tsx';
import { SeriesList } from '../data/series-list.tsx';
import { useQuery } from '../use-query.ts';

/** What there is: every series, every curve, every instrument. */
export function DataPage() {
  const { api } = useWorkplace();
  const curves = useQuery(() => api.listCurves(), [], { changes: ['run'] });
  const series = useQuery(() => collect((cursor) => api.listSeries({ query: { cursor, limit: 1_000 } })), []);
  const derived = useQuery(() => api.listDerivedSeries(), [], { changes: ['run'] });
  return (
    <Page title="Data">
      <Answer query={curves}>{({ data }) => <CurveList ids={data.map(({ curveId }) => curveId)} />}</Answer>
      <h2>Derived series</h2>
      <Answer query={derived}>{({ data }) => <DerivedList rows={data} />}</Answer>
      <h2>Series</h2>
      <Answer query={series}>{(rows) => <SeriesList rows={rows} />}</Answer>
    </Page>
  );
}
