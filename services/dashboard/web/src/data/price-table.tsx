import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listBars } from '../../../../../shared/contract/bars.ts';
import { Table } from '../components/table.tsx';
import { countOf, formatCount } from '../format.ts';
import { formatNumber, nameUnit } from '../quantity.ts';

export type Bar = Answer<typeof listBars>['data'][number];

/** Sessions that the table shows; the file has them all. */
const NEWEST = 60;

/** The newest bars. */
export function BarTable({ bars }: { readonly bars: readonly Bar[] }) {
  const unit = bars.at(-1)?.unit ?? '';
  const price = (label: string, pick: (bar: Bar) => string | null) => ({
    label: `${label} (${nameUnit(unit)})`,
    show: (bar: Bar) => formatNumber(pick(bar), unit),
    isNumber: true,
  });
  return (
    <Table
      caption={
        bars.length > NEWEST
          ? `The newest ${NEWEST} of ${formatCount(bars.length)} bars`
          : countOf(bars.length, 'bar')
      }
      rows={bars.toReversed().slice(0, NEWEST)}
      keyOf={({ sessionDate }) => sessionDate}
      columns={[
        { label: 'Session', show: ({ sessionDate }) => <span class="nowrap">{sessionDate}</span> },
        price('Open', ({ open }) => open),
        price('High', ({ high }) => high),
        price('Low', ({ low }) => low),
        price('Close', ({ close }) => close),
        price('Adjusted close', ({ adjustedClose }) => adjustedClose),
        {
          label: 'Volume (units)',
          show: ({ volume }) => (volume === null ? '–' : formatNumber(volume, 'persons')),
          isNumber: true,
        },
      ]}
    />
  );
}
