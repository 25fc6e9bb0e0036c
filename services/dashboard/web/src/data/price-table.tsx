import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listBars } from '../../../../../shared/contract/bars.ts';
import { Table } from '../components/table.tsx';
import { countOf } from '../format.ts';
import { formatNumber, nameUnit } from '../quantity.ts';

export type Bar = Answer<typeof listBars>['data'][number];

/** Bars, the newest first. */
export function BarTable({
  bars,
  hasMore,
}: {
  readonly bars: readonly Bar[];
  /** Whether there are older ones than these; the files have them all. */
  readonly hasMore: boolean;
}) {
  const unit = bars[0]?.unit ?? '';
  const price = (label: string, pick: (bar: Bar) => string | null) => ({
    label: `${label} (${nameUnit(unit)})`,
    show: (bar: Bar) => formatNumber(pick(bar), unit),
    isNumber: true,
  });
  return (
    <Table
      caption={hasMore ? `The newest ${countOf(bars.length, 'bar')}` : countOf(bars.length, 'bar')}
      rows={bars}
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
