import { unzipSync, zipSync } from 'fflate';
import { z } from 'zod';

/** How to take a body apart into its rows and put it together again, in any order and number. */
export interface BodyFormat {
  editRows(body: Uint8Array, edit: (rows: string[]) => string[]): Uint8Array;
  /** The body with a field in every row that the connector cannot know. */
  addUnknown(body: Uint8Array): Uint8Array;
  /** Tables with named columns must not gain one in silence; a further field of an object is harmless. */
  readonly unknown: 'drift' | 'ignored';
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function replaceRows(
  text: string,
  pattern: RegExp,
  edit: (rows: string[]) => string[],
  separator: string,
): string {
  const matches = [...text.matchAll(pattern)];
  const [first, last] = [matches[0], matches.at(-1)];
  if (first === undefined || last === undefined) throw new Error('the body has no rows to edit');
  const rows = edit(matches.map(([row]) => row));
  return `${text.slice(0, first.index)}${rows.join(separator)}${text.slice(last.index + last[0].length)}`;
}

function buildTextFormat(
  pattern: RegExp,
  separator: string,
  unknown: BodyFormat['unknown'],
  addUnknown: (text: string) => string,
): BodyFormat {
  return {
    unknown,
    editRows: (body, edit) => encoder.encode(replaceRows(decoder.decode(body), pattern, edit, separator)),
    addUnknown: (body) => encoder.encode(addUnknown(decoder.decode(body))),
  };
}

/** Flat objects in an array: SGS, FRED, PTAX. */
export const JSON_ROWS = buildTextFormat(/\{[^{}]*\}/g, ',', 'ignored', (text) =>
  text.replaceAll(/\{([^{}]*)\}/g, '{"surprise":"1",$1}'),
);

/** The Treasury's CSV below its header. */
export const CSV_LINES = buildTextFormat(/^\d.*$/gm, '\n', 'drift', (text) =>
  text
    .split('\n')
    .map((line, index) => (line === '' ? line : `${line},${index === 0 ? '"99 Yr"' : '1.00'}`))
    .join('\n'),
);

/** The Treasury's Atom feed. */
export const ATOM_ENTRIES = buildTextFormat(/<entry>[\s\S]*?<\/entry>/g, '\n', 'drift', (text) =>
  text.replaceAll('</m:properties>', '<d:BC_99YEAR m:type="Edm.Double">1.00</d:BC_99YEAR></m:properties>'),
);

const REPORT_BLOCKS = buildTextFormat(/<BizGrp>[\s\S]*?<\/BizGrp>/g, '\n', 'ignored', (text) =>
  text.replaceAll('</FinInstrmAttrbts>', '<Surprise>1</Surprise></FinInstrmAttrbts>'),
);

const SWAP_LINES = buildTextFormat(/^.{72}$/gm, '\r\n', 'drift', (text) => text.replaceAll('\r\n', '1\r\n'));

/** The Tesouro's price file below its header. */
export const TESOURO_LINES = buildTextFormat(/^Tesouro .*$/gm, '\n', 'drift', (text) =>
  text.replaceAll('\r\n', '\n').replaceAll(/(?<=.)$/gm, ';1'),
);

function insideZips(body: Uint8Array, edit: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const [[name, bytes] = ['', new Uint8Array()]] = Object.entries(unzipSync(body));
  return zipSync({ [name]: /\.(zip|ex_)$/.test(name) ? insideZips(bytes, edit) : edit(bytes) });
}

function zipped(format: BodyFormat): BodyFormat {
  return {
    unknown: format.unknown,
    editRows: (body, edit) => insideZips(body, (bytes) => format.editRows(bytes, edit)),
    addUnknown: (body) => insideZips(body, (bytes) => format.addUnknown(bytes)),
  };
}

/** B3's price report in its zips. */
export const ZIPPED_REPORT = zipped(REPORT_BLOCKS);

/** B3's swap rates in their zips. */
export const ZIPPED_SWAPS = zipped(SWAP_LINES);

const chartSchema = z.looseObject({
  chart: z.looseObject({
    result: z.tuple([
      z.looseObject({
        timestamp: z.array(z.number()),
        indicators: z.looseObject({
          quote: z.tuple([z.record(z.string(), z.array(z.number().nullable()))]),
          adjclose: z.array(z.looseObject({ adjclose: z.array(z.number().nullable()) })).optional(),
        }),
      }),
    ]),
  }),
});

/** Yahoo's chart: columns, of which a row is one index. */
export const CHART_COLUMNS: BodyFormat = {
  unknown: 'ignored',
  editRows(body, edit) {
    const chart = chartSchema.parse(JSON.parse(decoder.decode(body)));
    const [result] = chart.chart.result;
    const indexes = edit(result.timestamp.map((_, index) => String(index))).map(Number);
    const pick = <Value>(column: readonly Value[]): Value[] =>
      indexes.flatMap((index) => column.slice(index, index + 1));
    const [quote] = result.indicators.quote;
    result.timestamp = pick(result.timestamp);
    for (const [name, column] of Object.entries(quote)) quote[name] = pick(column);
    for (const adjusted of result.indicators.adjclose ?? []) adjusted.adjclose = pick(adjusted.adjclose);
    return encoder.encode(JSON.stringify(chart));
  },
  addUnknown(body) {
    const chart = chartSchema.parse(JSON.parse(decoder.decode(body)));
    const [result] = chart.chart.result;
    result.indicators.quote[0]['surprise'] = result.timestamp.map(() => 1);
    return encoder.encode(JSON.stringify(chart));
  },
};
