/** A tenor of a par curve: label as stored and nominal calendar days. */
export interface Tenor {
  readonly label: string;
  readonly calendarDays: number;
  /** Name of the XML element without its `BC_` or `TC_`. */
  readonly element: string;
  /** Column titles of the CSV, lower case: the nominal curve writes `5 Yr`, the real one `5 YR`. */
  readonly columns: readonly string[];
}

/** All tenors the Treasury has published, ascending. */
export const TENORS: readonly Tenor[] = [
  { label: '1M', calendarDays: 30, element: '1MONTH', columns: ['1 mo'] },
  { label: '1.5M', calendarDays: 45, element: '1_5MONTH', columns: ['1.5 month', '1.5 mo'] },
  { label: '2M', calendarDays: 60, element: '2MONTH', columns: ['2 mo'] },
  { label: '3M', calendarDays: 90, element: '3MONTH', columns: ['3 mo'] },
  { label: '4M', calendarDays: 120, element: '4MONTH', columns: ['4 mo'] },
  { label: '6M', calendarDays: 180, element: '6MONTH', columns: ['6 mo'] },
  { label: '1Y', calendarDays: 365, element: '1YEAR', columns: ['1 yr'] },
  { label: '2Y', calendarDays: 730, element: '2YEAR', columns: ['2 yr'] },
  { label: '3Y', calendarDays: 1095, element: '3YEAR', columns: ['3 yr'] },
  { label: '5Y', calendarDays: 1825, element: '5YEAR', columns: ['5 yr'] },
  { label: '7Y', calendarDays: 2555, element: '7YEAR', columns: ['7 yr'] },
  { label: '10Y', calendarDays: 3650, element: '10YEAR', columns: ['10 yr'] },
  { label: '20Y', calendarDays: 7300, element: '20YEAR', columns: ['20 yr'] },
  { label: '30Y', calendarDays: 10950, element: '30YEAR', columns: ['30 yr'] },
];
