import { HOUR, MINUTE, SECOND } from '../../../../shared/time.ts';

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const values = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percents = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });

/** A whole number with separators of thousands. */
export const formatCount = (count: number): string => counts.format(count);

/** A value with two decimals; `–` when there is none. */
export const formatValue = (value: number | null): string => (value === null ? '–' : values.format(value));

/** A share of 1 as percent. */
export const formatPercent = (share: number): string => percents.format(share);

/** A span of time in its two largest units: `2 h 05 min`. */
export function formatSpan(ms: number): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 1) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${minutes} min`;
  const hours = Math.floor(ms / HOUR);
  if (hours < 48) return `${hours} h ${two(minutes % 60)} min`;
  return `${formatCount(Math.floor(hours / 24))} days ${hours % 24} h`;
}

/** A thing in its number: `1 asset`, `14 assets`. */
export const countOf = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** A size in the unit that fits: `18.6 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const format = {
    style: 'unit',
    unit: units[power] ?? 'byte',
    maximumFractionDigits: power === 0 ? 0 : 1,
  } as const;
  return new Intl.NumberFormat('en-US', format).format(bytes / 1_000 ** power);
}
