/** One tenor of a Treasury curve. */
interface CurveTenor {
  /** Column name as the CSV prints it. */
  readonly column: string;
  /** Lower-case names under which a CSV may print the column. */
  readonly labels: readonly string[];
  /** Element name in the feed. */
  readonly element: string;
}

/** One curve the Treasury publishes. */
export interface CurveType {
  readonly name: string;
  readonly title: string;
  /** TIPS curve: its files carry `real` in their names. */
  readonly real: boolean;
  readonly tenors: readonly CurveTenor[];
}

function describeTenor(column: string, element: string, ...aliases: readonly string[]): CurveTenor {
  return { column, labels: [column.toLowerCase(), ...aliases], element };
}

/** The nominal par curve. */
export const NOMINAL_CURVE: CurveType = {
  name: 'daily_treasury_yield_curve',
  title: 'DailyTreasuryYieldCurveRateData',
  real: false,
  tenors: [
    describeTenor('1 Mo', 'BC_1MONTH'),
    describeTenor('1.5 Month', 'BC_1_5MONTH', '1.5 mo'),
    describeTenor('2 Mo', 'BC_2MONTH'),
    describeTenor('3 Mo', 'BC_3MONTH'),
    describeTenor('4 Mo', 'BC_4MONTH'),
    describeTenor('6 Mo', 'BC_6MONTH'),
    describeTenor('1 Yr', 'BC_1YEAR'),
    describeTenor('2 Yr', 'BC_2YEAR'),
    describeTenor('3 Yr', 'BC_3YEAR'),
    describeTenor('5 Yr', 'BC_5YEAR'),
    describeTenor('7 Yr', 'BC_7YEAR'),
    describeTenor('10 Yr', 'BC_10YEAR'),
    describeTenor('20 Yr', 'BC_20YEAR'),
    describeTenor('30 Yr', 'BC_30YEAR'),
  ],
};

/** The real (TIPS) par curve; its CSV prints the columns in upper case. */
const REAL_CURVE: CurveType = {
  name: 'daily_treasury_real_yield_curve',
  title: 'DailyTreasuryRealYieldCurveRateData',
  real: true,
  tenors: [
    describeTenor('5 YR', 'TC_5YEAR'),
    describeTenor('7 YR', 'TC_7YEAR'),
    describeTenor('10 YR', 'TC_10YEAR'),
    describeTenor('20 YR', 'TC_20YEAR'),
    describeTenor('30 YR', 'TC_30YEAR'),
  ],
};

/** The curves that a recording can answer, by their `data=` / `type=` name. */
export const CURVES: readonly CurveType[] = [NOMINAL_CURVE, REAL_CURVE];

const PAGE = 'https://home.treasury.gov/resource-center/data-chart-center/interest-rates/pages/xml';
const DISPLAY_ELEMENT = 'BC_30YEARDISPLAY';

/** The entries of a recorded feed with their dates and rates; `m:null` and missing elements yield no rate. */
export function parseEntries(
  feed: string,
  type: CurveType,
): readonly { date: string; entry: string; rates: ReadonlyMap<string, string> }[] {
  return [...feed.matchAll(/<entry>[\s\S]*?<\/entry>/g)].flatMap(([entry]) => {
    const date = /<d:NEW_DATE[^>]*>(\d{4}-\d{2}-\d{2})/.exec(entry)?.[1];
    if (date === undefined) return [];
    const texts = new Map(
      [...entry.matchAll(/<d:(\w+) [^>]*>([^<]+)</g)].map(([, name = '', text = '']) => [name, text]),
    );
    const rates = new Map<string, string>();
    for (const tenor of type.tenors) {
      const text = texts.get(tenor.element);
      if (text !== undefined) rates.set(tenor.column, Number(text).toFixed(2));
    }
    return [{ date, entry, rates }];
  });
}

/** An entry in the shape of the feed, without the row ids that only the host knows. */
export function buildEntry(type: CurveType, date: string, rates: ReadonlyMap<string, string>): string {
  const fields = type.tenors.flatMap((tenor) => {
    const text = rates.get(tenor.column);
    return text === undefined ? [] : [`<d:${tenor.element} m:type="Edm.Double">${text}</d:${tenor.element}>`];
  });
  const display = `<d:${DISPLAY_ELEMENT} m:type="Edm.Double">${rates.get('30 Yr') ?? '0.00'}</d:${DISPLAY_ELEMENT}>`;
  return [
    '<entry>',
    `<id>${PAGE}-item?data=${type.name}</id>`,
    '<title type="text"></title>',
    '<author><name /></author>',
    '<content type="application/xml">',
    '<m:properties>',
    `<d:NEW_DATE m:type="Edm.DateTime">${date}T00:00:00</d:NEW_DATE>`,
    ...fields,
    ...(type.real ? [] : [display]),
    '</m:properties>',
    '</content>',
    '</entry>',
  ].join('\n');
}

/** An Atom feed around the entries, oldest first; without entries it is the answer for an empty period. */
export function buildFeed(type: CurveType, entries: readonly string[]): string {
  const head = [
    '<?xml version="1.0" encoding="utf-8" standalone="yes" ?>',
    `<feed xml:base="${PAGE}" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns="http://www.w3.org/2005/Atom"> `,
    `<title type="text">${type.title}</title>`,
    `<id>${PAGE}-item?data=${type.name}</id>`,
    `<link rel="self" title="${type.title}" href="${type.title}"/>`,
  ];
  return [...head, ...entries, '</feed>', ''].join('\n');
}
