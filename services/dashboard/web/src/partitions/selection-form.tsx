import { graph, type AssetName } from '../../../../../shared/pipeline/graph.ts';
import type { Day } from '../../../../../shared/time.ts';
import { DayInput } from '../components/day-input.tsx';
import { useAddress } from '../use-address.ts';
import { BackfillDialog } from './backfill-dialog.tsx';
import type { Grid } from './grid.ts';

/** A range of partitions × assets to ask for. */
export interface Wanted {
  readonly from: Day;
  readonly to: Day;
  readonly assets: readonly AssetName[];
}

/** The range to ask for, by fields; the map shows it, and dragging on the map fills them. */
export function SelectionForm({
  grid,
  wanted,
  onStarted,
}: {
  readonly grid: Grid;
  readonly wanted: Wanted;
  readonly onStarted: (backfillId: string) => void;
}) {
  const { change } = useAddress();
  const { from, to, assets } = wanted;
  const toggle = (asset: AssetName): void => {
    const next = graph.names.filter((name) => assets.includes(name) !== (name === asset));
    change({ assets: next.length === graph.names.length ? null : next.join() || 'none', from, to });
  };
  const field = (name: 'from' | 'to', label: string) => (
    <DayInput
      label={label}
      value={wanted[name]}
      min={grid.days[0]}
      max={grid.days.at(-1)}
      onChoose={(day) => day !== '' && change({ from, to, [name]: day })}
    />
  );
  return (
    <section class="panel apart" aria-labelledby="selection">
      <h2 id="selection">Fill in or compute again</h2>
      <p class="quiet">Drag over the map, or choose here. Upstream assets are added by themselves.</p>
      <div class="row">
        {field('from', 'From')}
        {field('to', 'To')}
        <BackfillDialog wanted={wanted} onStarted={onStarted} />
      </div>
      <fieldset class="assets">
        <legend>
          Assets{' '}
          <button type="button" onClick={() => change({ assets: null, from, to })}>
            All
          </button>{' '}
          <button type="button" onClick={() => change({ assets: 'none', from, to })}>
            None
          </button>
        </legend>
        {graph.names.map((name) => (
          <label key={name}>
            <input type="checkbox" checked={assets.includes(name)} onChange={() => toggle(name)} /> {name}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
