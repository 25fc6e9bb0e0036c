import type { Day } from '../../../../../shared/time.ts';
import { useAddress } from '../use-address.ts';
import type { Grid } from './grid.ts';
import { nameView, readView, type View } from './view.ts';

const list = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(2, '0'));

/** The views below one: the years, or the months of a year. */
function listCloser(grid: Grid, { level, text }: View): string[] {
  const [first, last]: [Day, Day] = [grid.days[0] ?? '', grid.days.at(-1) ?? ''];
  if (level === 'all') return list(Number(first.slice(0, 4)), Number(last.slice(0, 4)));
  const year = text.slice(0, 4);
  return list(1, 12)
    .map((month) => `${year}-${month}`)
    .filter((month) => month >= first.slice(0, 7) && month <= last.slice(0, 7));
}

/** The way from all years to a month, and to the views beside and below. */
export function ViewLinks({ grid, view }: { readonly grid: Grid; readonly view: View }) {
  const { withQuery } = useAddress();
  const link = (text: string, label: string) => (
    <a
      href={withQuery({ view: text, day: null, asset: null })}
      aria-current={text === view.text ? 'page' : undefined}
    >
      {label}
    </a>
  );
  const year = view.text.slice(0, 4);
  return (
    <nav class="views" aria-label="Range of the map">
      <p class="row">
        {link('', 'All years')}
        {year === '' ? null : <>› {link(year, year)}</>}
        {view.level === 'month' ? <>› {link(view.text, nameView(readView(view.text)))}</> : null}
      </p>
      <ul class="inline">
        {listCloser(grid, view).map((text) => (
          <li key={text}>{link(text, text)}</li>
        ))}
      </ul>
    </nav>
  );
}
