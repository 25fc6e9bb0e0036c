import { useMemo, useState } from 'preact/hooks';
import { graph, type AssetName } from '../../../../../shared/pipeline/graph.ts';
import { isDay, isWeekday } from '../../../../../shared/time.ts';
import { useWorkplace } from '../api.ts';
import { BackfillPanel } from '../backfills/backfill-panel.tsx';
import { Answer } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { countOf } from '../format.ts';
import { CellLine } from '../partitions/cell-line.tsx';
import { CountTable } from '../partitions/count-table.tsx';
import type { Selection } from '../partitions/draw.ts';
import { countWords, placeOfDay, toGrid, type Grid, type Place, type Span } from '../partitions/grid.ts';
import { HeatMap } from '../partitions/heat-map.tsx';
import { Legend } from '../partitions/legend.tsx';
import { PartitionDetail } from '../partitions/partition-detail.tsx';
import { SelectionForm, type Wanted } from '../partitions/selection-form.tsx';
import { nameView, readView, spanOf, viewAround } from '../partitions/view.ts';
import { ViewLinks } from '../partitions/view-links.tsx';
import { useAddress, type Address } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

type Query = Address['query'];

const readAsset = (query: Query): AssetName | undefined =>
  graph.names.find((name) => name === query['asset']);

const isPartition = (text: string | undefined): text is string =>
  text !== undefined && isDay(text) && isWeekday(text);

/** What the address says is to be asked for; what is in view where it says nothing. */
function readWanted(grid: Grid, span: Span, query: Query): Wanted {
  const { from, to, assets } = query;
  const listed = assets?.split(',');
  return {
    from: from !== undefined && isDay(from) ? from : (grid.days[span.first] ?? ''),
    to: to !== undefined && isDay(to) ? to : (grid.days[span.last] ?? ''),
    assets: graph.names.filter((name) => listed?.includes(name) ?? true),
  };
}

/** What the map marks: only what the address asks for. */
function toSelection(grid: Grid, { from, to, assets }: Wanted, query: Query): Selection | null {
  if (query['from'] === undefined && query['assets'] === undefined) return null;
  const numbers = grid.assets.flatMap(({ asset }, index) => (assets.includes(asset) ? [index] : []));
  return { first: placeOfDay(grid, from), last: placeOfDay(grid, to), assets: new Set(numbers) };
}

const HINTS = {
  all: 'Enter or a click: this year',
  year: 'Enter or a click: why, in its month',
  month: 'Enter or a click: why',
};

function Map({ grid }: { readonly grid: Grid }) {
  const { query, change } = useAddress();
  const [cursor, setCursor] = useState<Place | null>(null);
  const view = readView(query['view']);
  const span = useMemo(() => spanOf(grid, view), [grid, view.text]);
  const counts = useMemo(() => countWords(grid, span), [grid, span]);
  const wanted = readWanted(grid, span, query);
  const selection = useMemo(
    () => toSelection(grid, wanted, query),
    [grid, query['from'], query['to'], query['assets']],
  );
  const asset = readAsset(query);
  const { day } = query;
  const open = (place: Place): void => {
    const chosen = grid.days[place.day] ?? '';
    const closer = viewAround(view, chosen);
    const why = { day: chosen, asset: grid.assets[place.asset]?.asset ?? null };
    // A cell of a year can be hit: who points at one wants to know about that one.
    change({ ...(closer === null ? {} : { view: closer.text }), ...(view.level === 'all' ? {} : why) });
  };
  const select = (next: Selection | null): void => {
    const names = grid.assets.flatMap((row, index) => (next?.assets.has(index) === true ? [row.asset] : []));
    change({
      from: next === null ? null : (grid.days[next.first] ?? null),
      to: next === null ? null : (grid.days[next.last] ?? null),
      assets: next === null || names.length === grid.assets.length ? null : names.join(),
    });
  };
  const title = nameView(view);
  const cells = (span.last - span.first + 1) * grid.assets.length;
  return (
    <>
      <ViewLinks grid={grid} view={view} />
      <Legend counts={counts} />
      {/* The line stays in view beside the map, and not over what is below it. */}
      <div>
        <CellLine id="cell-line" grid={grid} place={cursor} hint={HINTS[view.level]} />
        <HeatMap
          grid={grid}
          view={view}
          span={span}
          cursor={cursor}
          selection={selection}
          label={`${title}: ${countOf(cells, 'partition')}; the table below has the numbers`}
          describedBy="cell-line"
          onCursor={setCursor}
          onSelect={select}
          onOpen={open}
        />
      </div>
      {asset !== undefined && isPartition(day) ? <PartitionDetail asset={asset} day={day} /> : null}
      {query['backfill'] === undefined ? null : <BackfillPanel id={query['backfill']} />}
      <SelectionForm
        grid={grid}
        wanted={wanted}
        onStarted={(id) => change({ ...asAddress(wanted), backfill: id })}
      />
      <CountTable grid={grid} counts={counts} range={title} />
    </>
  );
}

const asAddress = ({ from, to, assets }: Wanted): Readonly<Record<string, string | null>> => ({
  from,
  to,
  assets: assets.length === graph.names.length ? null : assets.join(),
});

/** Every partition of every asset: what there is, what is missing and why, and how to get it. */
export function PartitionsPage() {
  const { api } = useWorkplace();
  const query = useQuery(async () => toGrid(await api.getPartitionMap()), [], {
    changes: ['run', 'task', 'backfill'],
    pauseMs: 1_500,
  });
  return (
    <Page title="Partitions">
      <Answer query={query}>{(grid) => <Map grid={grid} />}</Answer>
    </Page>
  );
}
