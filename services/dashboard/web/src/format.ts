import { HOUR, MINUTE, SECOND } from '../../../../shared/time.ts';

/**
 * How numbers, moments and spans are written on every page. The minus is a hyphen and days are ISO 8601, so that what is
 * copied from a page is a number or a date in a spreadsheet, and sorts.
 */
const LOCALE = 'en-US';

/** Stands for what there is not. */
export const NONE = '–';

const counts = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const moments = new Intl.DateTimeFormat('sv-SE', {
  dateStyle: 'short',
  timeStyle: 'medium',
  timeZone: 'America/Sao_Paulo',
});

/** Where the times of the pages are read off the clock. */
export const ZONE_NAME = 'São Paulo time (BRT)';

/** A whole number with separators of thousands. */
export const formatCount = (count: number): string => counts.format(count);

/** A number with as many decimals as are asked for, and separators of thousands. What rounds to nothing has no sign. */
export const formatDecimals = (value: number, decimals: number): string =>
  value.toLocaleString(LOCALE, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: 'negative',
  });

/** A share of 1 as percent: `20.4%`. */
export const formatPercent = (share: number): string => `${formatDecimals(share * 100, 1)}%`;

/** A moment on the clock of {@link ZONE_NAME}: `2026-11-26 10:09:47`. */
export const formatMoment = (iso: string): string => moments.format(new Date(iso));

/** The time of day of a moment on the same clock: `10:09`. */
export const formatClock = (iso: string): string => formatMoment(iso).slice(11, 16);

/** A range of days: `2022-06-01 to 2022-06-24`. */
export const formatRange = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  from === to ? from : `${from} to ${to}`;

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

/** How long something took, in its two largest units, to the millisecond where that says something; `–` when it has not begun. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms > 0 && ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${formatDecimals(ms / SECOND, 1)} s`;
  if (ms >= HOUR) return formatSpan(ms);
  return `${Math.floor(ms / MINUTE)} min ${String(Math.floor((ms % MINUTE) / SECOND)).padStart(2, '0')} s`;
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
  return new Intl.NumberFormat(LOCALE, format).format(bytes / 1_000 ** power);
}
