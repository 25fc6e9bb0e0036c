import { unzipSync } from 'fflate';
import type { FetchWindow, KeyDefinition, Provider } from '../../shared/connectors/connector.ts';
import { nestArchive } from '../helpers/b3-archives.ts';
import { listRecorded, readRecorded } from '../helpers/recorded-payload.ts';
import { buildWindow, connectors, findCode, findKey, readChartBody } from './recordings.ts';

/** One file of the recordings as the connector of its provider would be given it. */
export interface RecordedBody {
  readonly path: string;
  readonly provider: Provider;
  readonly key: KeyDefinition;
  readonly window: FetchWindow;
  readonly part: string;
  /** The bytes to damage: those of the file, or what is inside its archive. */
  readonly body: Uint8Array;
  /** Puts damaged bytes back into the archive that the provider sends. */
  readonly wrap: (body: Uint8Array) => Uint8Array;
}

const FROM = '1990-01-01';
const TO = '2026-11-23';
const SWAP_SESSION = '2014-12-12';

function keep(body: Uint8Array): Uint8Array {
  return body;
}

/** The enabled key of a provider's code; any enabled key when the code has none. */
function pickKey(provider: Provider, code: string): KeyDefinition {
  const enabled = connectors[provider].keys.filter(({ disabled }) => disabled === undefined);
  return enabled.find((key) => key.code === code) ?? enabled[0] ?? findCode(provider, code);
}

function openPlain(path: string, provider: Provider, code: string, part: string): RecordedBody {
  const key = pickKey(provider, code);
  return {
    path,
    provider,
    key,
    window: buildWindow(key, FROM, TO),
    part,
    body: readRecorded(path),
    wrap: keep,
  };
}

/** A price report is damaged inside its zip: damage to the zip itself ends at its directory. */
function openReport(path: string): RecordedBody {
  const [, year, month, day] = /SPRD(\d\d)(\d\d)(\d\d)/.exec(path) ?? [];
  const session = `20${year}-${month}-${day}`;
  const key = findKey('b3', 'DI1');
  const [[name, xml] = ['', new Uint8Array()]] = Object.entries(unzipSync(readRecorded(path)));
  const wrap = (body: Uint8Array): Uint8Array => nestArchive(`SPRD${session}.zip`, name, body);
  const window = buildWindow(key, session, session);
  return { path, provider: 'b3', key, window, part: 'file', body: cutReport(xml), wrap };
}

/** The first and last blocks of a report of megabytes: enough to damage, quick to read. */
function cutReport(xml: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(xml);
  const blocks = [...text.matchAll(/<BizGrp>[\s\S]*?<\/BizGrp>/g)].map(([block]) => block);
  const futures = blocks.filter((block) => /<TckrSymb>(?:DI1|DAP|DDI|FRC|DOL)[A-Z]\d\d</.test(block));
  const head = text.slice(0, text.indexOf('<BizGrp>'));
  const tail = text.slice(text.lastIndexOf('</BizGrp>') + '</BizGrp>'.length);
  return new TextEncoder().encode([head, ...futures.filter((_, index) => index % 20 === 0), tail].join(''));
}

/** The recorded file holds a curve that we do not keep: the second body has the code of one that we do. */
function openSwapFile(path: string, isKept: boolean): RecordedBody {
  const key = findKey('b3', 'PRE');
  const text = new TextDecoder('latin1').decode(readRecorded(path));
  const body = new TextEncoder().encode(isKept ? text.replaceAll('T1APR', 'T1PRE') : text);
  return {
    path: isKept ? `${path}, constructed: code PRE` : path,
    provider: 'b3',
    key,
    window: buildWindow(key, SWAP_SESSION, SWAP_SESSION),
    part: 'file',
    body,
    wrap: (damaged) => nestArchive('TS141212.ex_', 'TaxaSwap.txt', damaged),
  };
}

function openBodies(path: string): RecordedBody[] {
  const name = path.split('/').at(-1) ?? '';
  if (path.startsWith('bcb_sgs/')) {
    return [openPlain(path, 'bcb_sgs', /^sgs_(\d+)_/.exec(name)?.[1] ?? '', 'observations')];
  }
  if (path.startsWith('fred/')) {
    const id = /(DGS10|DGS5|DFF)/.exec(name)?.[1] ?? 'DGS10';
    return [openPlain(path, 'fred', id, 'observations-1')];
  }
  if (path.startsWith('yahoo/')) {
    const chart = openPlain(path, 'yahoo', /chart-([^-]+(?:=[FX])?)-/.exec(name)?.[1] ?? 'EWZ', 'chart');
    return [{ ...chart, body: new TextEncoder().encode(readChartBody(name.replace(/\.json$/, ''))) }];
  }
  if (path.startsWith('ptax/'))
    return [openPlain(path, 'bcb_ptax', name.includes('EUR') ? 'EUR' : 'USD', 'bulletins')];
  if (path.startsWith('treasury/'))
    return [openPlain(path, 'treasury', 'daily_treasury_yield_curve', 'rates')];
  if (name.endsWith('.zip')) return [openReport(path)];
  if (name.endsWith('.txt')) return [openSwapFile(path, false), openSwapFile(path, true)];
  return [openPlain(path, 'b3', 'PRE', 'file')];
}

/** Folders of bodies in a provider's wire format; `tables` holds values that others have re-saved. */
const BODY_FOLDER = /^[^/]+\/(?:recorded|reencoded|xml|csv)\//;

/** Every recorded or re-encoded body that is no error; those are `refusals`. */
export const recordedBodies: readonly RecordedBody[] = listRecorded('.')
  .filter((path) => BODY_FOLDER.test(path) && !path.includes('/errors/'))
  .flatMap(openBodies);
