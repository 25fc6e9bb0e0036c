import { z } from 'zod';
import type {
  Connector,
  FetchWindow,
  KeyDefinition,
  Payload,
  Provider,
} from '../../shared/connectors/connector.ts';
import { createConnectors } from '../../shared/connectors/registry.ts';
import { encodeTaxaSwap, nestArchive } from '../helpers/b3-archives.ts';
import {
  buildPayload,
  readConstructedText,
  readRecorded,
  readRecordedText,
} from '../helpers/recorded-payload.ts';
import { replayHttp } from '../helpers/replay-http.ts';
import {
  ATOM_ENTRIES,
  CHART_COLUMNS,
  CSV_LINES,
  JSON_ROWS,
  TESOURO_LINES,
  ZIPPED_REPORT,
  ZIPPED_SWAPS,
  type BodyFormat,
} from './body-formats.ts';

/** A key of 32 lower-case letters and digits, the form FRED asks for. */
export const connectors = createConnectors({ fredApiKey: 'abcdefghijklmnopqrstuvwxyz012345' });

/** An archived window: what a connector was given, and where in it the rows are. */
export interface Recording {
  readonly name: string;
  readonly connector: Connector;
  readonly key: KeyDefinition;
  readonly window: FetchWindow;
  readonly payloads: readonly Payload[];
  /** The payload that holds the rows. */
  readonly part: string;
  readonly format: BodyFormat;
}

/** The key of a provider by its internal name. */
export function findKey(provider: Provider, name: string): KeyDefinition {
  const found = connectors[provider].keys.find(({ key }) => key === name);
  if (found === undefined) throw new Error(`${provider} has no key ${name}`);
  return found;
}

/** The key of a provider by the provider's code. */
export function findCode(provider: Provider, code: string): KeyDefinition {
  const found = connectors[provider].keys.find((key) => key.code === code && key.disabled === undefined);
  if (found === undefined) throw new Error(`${provider} has no code ${code}`);
  return found;
}

/** The window of a key, with the id of a whole one. */
export function buildWindow(key: KeyDefinition, from: string, to: string): FetchWindow {
  return { key: key.key, id: 'all', from, to };
}

interface Case {
  readonly provider: Provider;
  readonly key: KeyDefinition;
  readonly from: string;
  readonly to: string;
  readonly part: string;
  readonly format: BodyFormat;
}

async function replay({ provider, key, from, to, part, format }: Case): Promise<Recording> {
  const connector = connectors[provider];
  const window = buildWindow(key, from, to);
  const payloads = await connector.fetch(key, window, replayHttp);
  return { name: `${provider} ${key.code} ${from}…${to}`, connector, key, window, payloads, part, format };
}

function open(parameters: Case, name: string, body: Uint8Array | string): Recording {
  const { provider, key, from, to, part, format } = parameters;
  const payloads = [buildPayload(part, body)];
  return {
    name,
    connector: connectors[provider],
    key,
    window: buildWindow(key, from, to),
    payloads,
    part,
    format,
  };
}

const chartSchema = z.object({ response: z.object({ bodyJson: z.unknown() }) });

/** The body of a recorded chart, without the recorder's envelope. */
export function readChartBody(name: string): string {
  const { response } = chartSchema.parse(JSON.parse(readRecordedText(`yahoo/recorded/${name}.json`)));
  return JSON.stringify(response.bodyJson);
}

/** Constructed: `TaxaSwap.txt` with the values of B3's reference pages of 2021-01-04. */
function buildSwapFile(): Uint8Array {
  const lines = (['PRE', 'DIC', 'DOC'] as const).flatMap((curve) => encodeTaxaSwap(curve, '2021-01-04'));
  return nestArchive('TS210104.ex_', 'TaxaSwap.txt', `${lines.join('\r\n')}\r\n`);
}

const sgs = { provider: 'bcb_sgs', part: 'observations', format: JSON_ROWS } as const;
const fred = { provider: 'fred', part: 'observations-1', format: JSON_ROWS } as const;
const yahoo = { provider: 'yahoo', part: 'chart', format: CHART_COLUMNS } as const;
const ptax = { provider: 'bcb_ptax', part: 'bulletins', format: JSON_ROWS } as const;
const b3 = { provider: 'b3', part: 'file' } as const;
const treasury = { provider: 'treasury', part: 'rates' } as const;

const dollar = findCode('bcb_ptax', 'USD');
const nominal = findKey('treasury', 'UST_NOM');
const real = findKey('treasury', 'UST_REAL');
const session = { from: '2021-01-04', to: '2021-01-04' };

/** Recorded and replayed windows with rows, at least one of every provider and wire format. */
export const recordings: readonly Recording[] = [
  await replay({ ...sgs, key: findCode('bcb_sgs', '433'), from: '2020-01-01', to: '2024-12-31' }),
  await replay({ ...sgs, key: findCode('bcb_sgs', '1'), from: '2021-01-01', to: '2021-06-30' }),
  await replay({ ...fred, key: findCode('fred', 'DGS10'), from: '2021-01-01', to: '2021-06-30' }),
  await replay({ ...fred, key: findCode('fred', 'PAYEMS'), from: '2020-01-01', to: '2022-06-30' }),
  open(
    { ...yahoo, key: findCode('yahoo', 'EWZ'), from: '2020-01-01', to: '2022-12-31' },
    'yahoo recorded AAPL',
    readChartBody('chart-AAPL-2020-08-31-to-2020-11-07'),
  ),
  await replay({ ...yahoo, key: findCode('yahoo', '^BVSP'), from: '2021-01-04', to: '2021-06-30' }),
  open(
    { ...ptax, key: dollar, from: '2026-07-01', to: '2026-07-31' },
    'ptax recorded 2026-07-31',
    readRecorded('ptax/recorded/CotacaoDolarPeriodo_2026-07-31.json'),
  ),
  await replay({ ...ptax, key: dollar, from: '2021-01-01', to: '2021-03-31' }),
  await replay({ ...b3, ...session, key: findKey('b3', 'DI1'), format: ZIPPED_REPORT }),
  open(
    { ...b3, ...session, key: findKey('b3', 'PRE'), format: ZIPPED_SWAPS },
    'b3 swap file, constructed',
    buildSwapFile(),
  ),
  open(
    { ...b3, key: findKey('b3', 'TESOURO'), from: '2004-12-31', to: '2021-12-31', format: TESOURO_LINES },
    'b3 tesouro file, constructed',
    readConstructedText('constructed_tesouro_direto.csv'),
  ),
  open(
    { ...treasury, key: nominal, from: '2024-01-01', to: '2024-12-31', format: CSV_LINES },
    'treasury recorded CSV 2024',
    readRecorded('treasury/csv/par_yield_2024_to_0625.csv'),
  ),
  open(
    { ...treasury, key: nominal, from: '2022-01-01', to: '2022-12-31', format: ATOM_ENTRIES },
    'treasury recorded XML 2022',
    readRecorded('treasury/xml/home_par_yield_2022.xml'),
  ),
  open(
    { ...treasury, key: nominal, from: '2025-01-01', to: '2025-12-31', format: CSV_LINES },
    'treasury CSV with 1.5 Month, constructed',
    readConstructedText('constructed_treasury_nominal_2025.csv'),
  ),
  open(
    { ...treasury, key: nominal, from: '2025-01-01', to: '2025-12-31', format: ATOM_ENTRIES },
    'treasury XML with 1.5 and 4 months, constructed',
    readConstructedText('constructed_treasury_nominal_2025.xml'),
  ),
  open(
    { ...treasury, key: real, from: '2021-01-01', to: '2021-12-31', format: CSV_LINES },
    'treasury real CSV, constructed',
    readConstructedText('constructed_treasury_real_2021.csv'),
  ),
  open(
    { ...treasury, key: real, from: '2021-01-01', to: '2021-12-31', format: ATOM_ENTRIES },
    'treasury real feed of one entry, constructed',
    readConstructedText('constructed_treasury_real_one_entry.xml'),
  ),
];

/** An error body as a provider sent it. */
export interface Refusal {
  readonly path: string;
  readonly status: number;
  readonly provider: Provider;
  readonly key: KeyDefinition;
  readonly part: string;
  /** `empty`: it means that the window has no values. */
  readonly meaning: 'empty' | 'error';
}

const ipca = findCode('bcb_sgs', '433');

/** Every recorded error body. */
export const refusals: readonly Refusal[] = [
  {
    ...sgs,
    path: 'bcb_sgs/recorded/errors/404_no_values_in_window.json',
    status: 404,
    key: ipca,
    meaning: 'empty',
  },
  {
    ...sgs,
    path: 'bcb_sgs/recorded/errors/400_ultimos_over_20.json',
    status: 400,
    key: ipca,
    meaning: 'error',
  },
  {
    ...sgs,
    path: 'bcb_sgs/recorded/errors/406_daily_window_over_10_years.json',
    status: 406,
    key: ipca,
    meaning: 'error',
  },
  {
    ...fred,
    path: 'fred/recorded/errors/400_api_key_not_registered.json',
    status: 400,
    key: findCode('fred', 'DGS10'),
    meaning: 'error',
  },
  {
    ...ptax,
    path: 'ptax/recorded/errors/400_comment_wrapped.txt',
    status: 400,
    key: dollar,
    meaning: 'error',
  },
  {
    ...ptax,
    path: 'ptax/recorded/errors/400_comment_wrapped.txt',
    status: 200,
    key: dollar,
    meaning: 'error',
  },
  {
    ...yahoo,
    path: 'yahoo/recorded/errors/401_invalid_crumb.json',
    status: 401,
    key: findKey('yahoo', 'EWZ'),
    meaning: 'error',
  },
  {
    ...yahoo,
    path: 'yahoo/recorded/errors/404_delisted.json',
    status: 404,
    key: findKey('yahoo', 'EWZ'),
    meaning: 'error',
  },
  {
    ...yahoo,
    path: 'yahoo/recorded/errors/429_body.txt',
    status: 429,
    key: findKey('yahoo', 'EWZ'),
    meaning: 'error',
  },
];
