import { MAP_WORDS, type MapWord } from '../../../../../shared/contract/partition-map.ts';
import { formatCount } from '../format.ts';
import { SIGNS } from './draw.ts';

const MEANINGS: Readonly<Record<MapWord, string>> = {
  fresh: 'Computed, and nothing that it was made from has changed since',
  holiday: 'No data is expected: a holiday',
  not_released: 'No data is expected: nothing is released on that day',
  not_recorded: 'No data is expected: the recorded data has none',
  degraded: 'Computed from less than it should be',
  stale: 'An upstream or the code has changed since it was computed',
  blocked: 'A check holds data back until somebody decides',
  failed: 'It was tried and did not work; no retry comes by itself',
  missing: 'Not computed',
};

/** How a state looks on the map. */
export const Swatch = ({ of }: { readonly of: MapWord }) => (
  <span class={`swatch ${of}`} aria-hidden="true">
    {SIGNS[of]}
  </span>
);

/** The states with their looks and how often they occur in what is shown. */
export const Legend = ({ counts }: { readonly counts: readonly ReadonlyMap<MapWord, number>[] }) => (
  <ul class="inline legend" aria-label="States in this range">
    {Object.values(MAP_WORDS).map((word) => (
      <li key={word} title={MEANINGS[word]}>
        <Swatch of={word} /> {word.replaceAll('_', ' ')}{' '}
        <span class="number">
          {formatCount(counts.reduce((sum, count) => sum + (count.get(word) ?? 0), 0))}
        </span>
      </li>
    ))}
  </ul>
);
