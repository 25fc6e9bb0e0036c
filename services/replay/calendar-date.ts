const DAY_MS = 86_400_000;

/** `dd/MM/yyyy` to ISO; undefined when it is not such a date. */
export function parseBrazilianDate(text: string): string | undefined {
  const match = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  return match === null ? undefined : checkDate(`${match[3]}-${match[2]}-${match[1]}`);
}

/** `MM/dd/yyyy` or `MM-dd-yyyy` to ISO; undefined when it is not such a date. */
export function parseAmericanDate(text: string): string | undefined {
  const match = /^(\d{2})[/-](\d{2})[/-](\d{4})$/.exec(text);
  return match === null ? undefined : checkDate(`${match[3]}-${match[1]}-${match[2]}`);
}

/** `yyyy-MM-dd` itself; undefined when it is not such a date. */
export function parseIsoDate(text: string): string | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? checkDate(text) : undefined;
}

/** ISO to `dd/MM/yyyy`. */
export function formatBrazilianDate(date: string): string {
  return `${date.slice(8, 10)}/${date.slice(5, 7)}/${date.slice(0, 4)}`;
}

/** ISO to `MM/dd/yyyy`. */
export function formatAmericanDate(date: string): string {
  return `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)}`;
}

/** Saturday or Sunday. */
export function isWeekend(date: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** Most days need no calendar: tables hold a hundred thousand of them. */
function checkDate(date: string): string | undefined {
  const month = Number(date.slice(5, 7));
  const day = Number(date.slice(8, 10));
  if (month < 1 || month > 12 || day < 1) return undefined;
  if (day <= 28) return date;
  return new Date(Date.parse(`${date.slice(0, 8)}01T00:00:00Z`) + (day - 1) * DAY_MS).getUTCMonth() ===
    month - 1
    ? date
    : undefined;
}
