import { describe, expect, it } from 'vitest';
import type { ParseResult, Payload } from '../../shared/connectors/connector.ts';
import { PermanentError, SchemaDriftError, TransientError } from '../../shared/errors.ts';
import { replayHttp } from '../helpers/replay-http.ts';
import { buildPayload, listFixtures, listRecorded, readRecorded } from '../helpers/recorded-payload.ts';
import {
  buildWindow,
  connectors,
  findCode,
  findKey,
  recordings,
  refusals,
  type Recording,
} from './recordings.ts';
import { listFaults, sortRows } from './row-rules.ts';

function parse({ connector, key, window, payloads }: Recording): ParseResult {
  return connector.parse(key, window, payloads);
}

/** The recording with another body where its rows are. */
function replaceBody(recording: Recording, edit: (body: Uint8Array) => Uint8Array): Recording {
  const payloads = recording.payloads.map((payload): Payload =>
    payload.part === recording.part ? { ...payload, body: edit(payload.body) } : payload,
  );
  return { ...recording, payloads };
}

/** Rows of a result, or the error it ended with. */
function tryParse(recording: Recording): ParseResult | Error {
  try {
    return parse(recording);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

const encoder = new TextEncoder();
const HTML = '<!DOCTYPE html><html><head><title>Requisição inválida!</title></head><body></body></html>';
const isText = (recording: Recording): boolean =>
  recording.payloads.some(({ part, body }) => part === recording.part && body[0] !== 0x50);

describe.each(recordings)('$name', (recording) => {
  const original = parse(recording);

  it('gives rows that may be stored', () => {
    expect(original.rows.length).toBeGreaterThan(0);
    expect(listFaults(original, recording.connector, recording.key)).toEqual([]);
  });

  it('gives the same for the same archive', () => {
    expect(parse(recording)).toEqual(original);
  });

  it('drops rows outside the window', () => {
    const dates = original.rows.map(({ date }) => date).sort();
    const middle = dates[Math.floor(dates.length / 2)] ?? '';
    const { window } = recording;
    if (window.from === window.to) return;
    const narrow = parse({ ...recording, window: { ...window, from: middle, to: middle } });
    expect(sortRows(narrow.rows)).toEqual(sortRows(original.rows.filter(({ date }) => date === middle)));
  });

  it('gives the same rows from an unsorted body', () => {
    const reversed = replaceBody(recording, (body) =>
      recording.format.editRows(body, (rows) => rows.toReversed()),
    );
    expect(sortRows(parse(reversed).rows)).toEqual(sortRows(original.rows));
  });

  it('gives each row once from a body that repeats them', () => {
    const doubled = replaceBody(recording, (body) =>
      recording.format.editRows(body, (rows) => rows.flatMap((row) => [row, row])),
    );
    expect(sortRows(parse(doubled).rows)).toEqual(sortRows(original.rows));
  });

  it('notices an unknown column, or does without it', () => {
    const extended = tryParse(replaceBody(recording, (body) => recording.format.addUnknown(body)));
    if (recording.format.unknown === 'drift') expect(extended).toBeInstanceOf(SchemaDriftError);
    else
      expect(extended instanceof Error ? extended : sortRows(extended.rows)).toEqual(sortRows(original.rows));
  });

  it('asks again after a cut body', () => {
    const cut = replaceBody(recording, (body) => body.slice(0, Math.floor(body.length * 0.6) - 3));
    expect(tryParse(cut)).toBeInstanceOf(TransientError);
  });

  it('asks again after a page with status 200', () => {
    expect(tryParse(replaceBody(recording, () => encoder.encode(HTML)))).toBeInstanceOf(TransientError);
  });

  it('reads a byte order mark over and refuses another charset', () => {
    if (!isText(recording)) return;
    const marked = replaceBody(recording, (body) => Uint8Array.of(0xef, 0xbb, 0xbf, ...body));
    expect(parse(marked)).toEqual(original);
    const wide = replaceBody(recording, (body) => Uint8Array.from([...body].flatMap((byte) => [byte, 0])));
    const refused = tryParse(wide);
    expect(refused instanceof TransientError || refused instanceof PermanentError).toBe(true);
  });

  it('asks again when an answer is missing from the archive, or has no rows to give', () => {
    const result = tryParse({ ...recording, payloads: [] });
    expect(result instanceof Error ? result : result.rows).toSatisfy(
      (value: unknown) => value instanceof TransientError || (Array.isArray(value) && value.length === 0),
    );
  });
});

describe('an empty answer of the provider', () => {
  it.each([
    { provider: 'bcb_sgs', key: findCode('bcb_sgs', '433'), from: '1970-01-01', to: '1970-12-31' },
    { provider: 'fred', key: findCode('fred', 'DGS10'), from: '1930-01-01', to: '1930-12-31' },
    { provider: 'yahoo', key: findCode('yahoo', '^RUT'), from: '2021-01-01', to: '2021-12-31' },
    { provider: 'bcb_ptax', key: findCode('bcb_ptax', 'USD'), from: '1950-01-01', to: '1950-12-31' },
    { provider: 'b3', key: findKey('b3', 'DI1'), from: '2021-01-05', to: '2021-01-05' },
    { provider: 'b3', key: findKey('b3', 'PRE'), from: '2021-01-05', to: '2021-01-05' },
    { provider: 'b3', key: findKey('b3', 'TESOURO'), from: '2021-01-01', to: '2021-12-31' },
    { provider: 'treasury', key: findKey('treasury', 'UST_REAL'), from: '2021-01-01', to: '2021-12-31' },
  ] as const)(
    'is no row of $key.key, and says that nothing was recorded',
    async ({ provider, key, from, to }) => {
      const window = buildWindow(key, from, to);
      const payloads = await connectors[provider].fetch(key, window, replayHttp);
      expect(payloads.at(-1)?.replay?.outcome).toBe('not-recorded');
      expect(connectors[provider].parse(key, window, payloads).rows).toEqual([]);
    },
  );
});

describe('an error body', () => {
  it.each(refusals)(
    '$path with HTTP $status is understood',
    ({ path, status, provider, key, part, meaning }) => {
      const window = buildWindow(key, '2021-01-01', '2021-12-31');
      const payloads = [buildPayload(part, readRecorded(path), { status })];
      const read = (): ParseResult => connectors[provider].parse(key, window, payloads);
      if (meaning === 'empty') expect(read().rows).toEqual([]);
      else expect(read).toThrow(status === 401 || status === 429 ? TransientError : PermanentError);
    },
  );
});

describe('the suite', () => {
  it('has every recorded error body', () => {
    const errors = listRecorded('.').filter((path) => path.includes('/errors/'));
    expect(errors.length).toBeGreaterThanOrEqual(8);
    expect([...new Set(refusals.map(({ path }) => path))].sort()).toEqual(errors);
  });

  it('has a recording of every provider', () => {
    expect([...new Set(recordings.map(({ connector }) => connector.provider))].sort()).toEqual(
      Object.keys(connectors).sort(),
    );
  });

  it('says of every body that nobody recorded that it is constructed', () => {
    const fixtures = listFixtures();
    expect(fixtures.length).toBeGreaterThanOrEqual(5);
    expect(fixtures.filter((name) => !name.startsWith('constructed_'))).toEqual([]);
    expect(recordings.filter(({ name }) => name.endsWith(', constructed'))).toHaveLength(6);
    expect(listRecorded('.').filter((path) => path.includes('constructed'))).toEqual([]);
  });
});
