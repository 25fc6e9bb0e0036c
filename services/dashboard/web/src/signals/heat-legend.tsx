import { readPalette } from '../components/chart.tsx';
import { useThemeTurn } from '../components/chart.tsx';
import { HEATS } from './heat-colors.ts';

/** What the colours of the heat map mean. */
export function HeatLegend() {
  useThemeTurn();
  const palette = readPalette();
  return (
    <ul class="inline legend">
      {HEATS.map(({ rank, words, colorOf }) => (
        <li key={rank}>
          <span class="swatch" style={{ background: colorOf(palette) }} />
          {words}
        </li>
      ))}
      <li>
        <span class="swatch empty" />
        missing
      </li>
    </ul>
  );
}
