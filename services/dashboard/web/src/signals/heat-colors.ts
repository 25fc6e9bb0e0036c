import type { Palette } from '../components/chart.tsx';

const channelsOf = (color: string): number[] => (color.match(/\d+/g) ?? []).map(Number);

/** A colour between two (`rgb(r, g, b)`): `share` of the second. */
function blend(from: string, to: string, share: number): string {
  const end = channelsOf(to);
  const mixed = channelsOf(from).map((value, channel) =>
    Math.round(value + ((end[channel] ?? 0) - value) * share),
  );
  return `rgb(${mixed.join(', ')})`;
}

/** One colour of the heat map with its meaning; `rank` is that of `rankSignal`, `NOT_RUN` for a model that did not run. */
export interface Heat {
  readonly rank: number;
  readonly words: string;
  readonly colorOf: (palette: Palette) => string;
}

/** Stands for a model that did not run: lack of data, stale data or an error. */
export const NOT_RUN = 9;

const step = (rank: number, words: string, color: string, share: number): Heat => ({
  rank,
  words,
  colorOf: (palette) => blend(palette('none-fill'), palette(color), share),
});

/** From strong short to strong long, blue against amber: told apart without red and green. A missing partition stays empty. */
export const HEATS: readonly Heat[] = [
  step(-3, 'strong short', 'warn', 1),
  step(-2, 'moderate short', 'warn', 0.65),
  step(-1, 'weak short', 'warn', 0.3),
  step(0, 'neutral or very weak', 'none-fill', 0),
  step(1, 'weak long', 'accent', 0.3),
  step(2, 'moderate long', 'accent', 0.65),
  step(3, 'strong long', 'accent', 1),
  step(NOT_RUN, 'did not run', 'none', 0.6),
];
