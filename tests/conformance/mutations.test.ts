import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Payload } from '../../shared/connectors/connector.ts';
import { PermanentError, TransientError } from '../../shared/errors.ts';
import { buildPayload, readRecorded } from '../helpers/recorded-payload.ts';
import { recordedBodies } from './recorded-bodies.ts';
import { buildWindow, connectors, findKey, readChartBody, recordings, refusals } from './recordings.ts';
import { listFaults } from './row-rules.ts';

interface Subject {
  readonly name: string;
  readonly read: (body: Uint8Array, status: number) => string[];
  readonly body: Uint8Array;
  readonly status: number;
}

/** One damage: at a place, over a length, of a kind, with bytes to write. */
const damage = fc.record({
  at: fc.noBias(fc.integer({ min: 0, max: 9_999 })).map((share) => share / 10_000),
  length: fc.integer({ min: 1, max: 40 }),
  kind: fc.oneof(
    { weight: 4, arbitrary: fc.constant('digits' as const) },
    { weight: 6, arbitrary: fc.constantFrom('cut', 'remove', 'repeat', 'write', 'insert', 'flip') },
  ),
  bytes: fc.noBias(fc.uint8Array({ minLength: 1, maxLength: 12 })),
});

type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

function join(...pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** Where the next digit is, from a place on; the place itself when there is none. */
function findDigit(body: Uint8Array, from: number): number {
  const at = body.findIndex((byte, index) => index >= from && byte >= 0x30 && byte <= 0x39);
  return at === -1 ? from : at;
}

/** Writes a few other digits over digits: dates, clocks and prices that still look like ones. */
function replaceDigits(body: Uint8Array, from: number, bytes: Uint8Array): Uint8Array {
  const copy = body.slice();
  let at = findDigit(copy, from);
  for (const byte of bytes.subarray(0, 2)) {
    if (at < copy.length) copy[at] = 0x30 + (byte > 127 ? 9 : byte % 10);
    at = findDigit(copy, at + 1);
  }
  return copy;
}

function applyDamage(body: Uint8Array, { at, length, kind, bytes }: Damage): Uint8Array {
  const start = Math.floor(at * body.length);
  const end = start + length;
  switch (kind) {
    case 'cut':
      return body.slice(0, start);
    case 'remove':
      return join(body.subarray(0, start), body.subarray(end));
    case 'repeat':
      return join(body.subarray(0, end), body.subarray(start));
    case 'insert':
      return join(body.subarray(0, start), bytes, body.subarray(start));
    case 'digits':
      return replaceDigits(body, start, bytes);
    case 'write':
    case 'flip':
      return body.map((byte, index) => {
        const written = bytes[index - start];
        if (written === undefined) return byte;
        return kind === 'write' ? written : byte ^ (1 << (written % 8));
      });
  }
}

const small: Subject[] = [
  ...recordings.map(({ name, connector, key, window, payloads, part }): Subject => {
    const target = payloads.find((payload) => payload.part === part) ?? buildPayload(part, '');
    const read = (body: Uint8Array, status: number): string[] => {
      const damaged = payloads.map((payload): Payload =>
        payload === target ? { ...payload, body, status } : payload,
      );
      return listFaults(connector.parse(key, window, damaged), connector, key);
    };
    return { name, read, body: target.body, status: target.status };
  }),
  ...refusals.map(({ path, status, provider, key, part }): Subject => {
    const window = buildWindow(key, '2021-01-01', '2021-12-31');
    const read = (body: Uint8Array, answered: number): string[] => {
      const payloads = [buildPayload(part, body, { status: answered })];
      return listFaults(connectors[provider].parse(key, window, payloads), connectors[provider], key);
    };
    return { name: `${path} with HTTP ${status}`, read, body: readRecorded(path), status };
  }),
  ...[
    'chart-GC=F-2020-01-01-to-2020-01-03',
    'chart-BFLY-400-no-data-in-range',
    'chart-ADH-200-null-currency',
  ].map((name): Subject => {
    const key = findKey('yahoo', 'GOLD');
    const window = buildWindow(key, '2020-01-01', '2026-12-31');
    const read = (body: Uint8Array, status: number): string[] =>
      listFaults(
        connectors.yahoo.parse(key, window, [buildPayload('chart', body, { status })]),
        connectors.yahoo,
        key,
      );
    return {
      name,
      read,
      body: new TextEncoder().encode(readChartBody(name)),
      status: name.includes('-400-') ? 400 : 200,
    };
  }),
];

const report: Subject = {
  name: 'b3/recorded/SPRD230202.zip',
  read: (body, status) => {
    const key = findKey('b3', 'DI1');
    const window = buildWindow(key, '2023-02-02', '2023-02-02');
    return listFaults(
      connectors.b3.parse(key, window, [buildPayload('file', body, { status })]),
      connectors.b3,
      key,
    );
  },
  body: readRecorded('b3/recorded/SPRD230202.zip'),
  status: 200,
};

/** Every body in the folder of recordings, given to the connector of its provider; the swap rates twice. */
const archived = recordedBodies.map(({ path, provider, key, window, part, body, wrap }): Subject => {
  const connector = connectors[provider];
  const read = (damaged: Uint8Array, status: number): string[] =>
    listFaults(connector.parse(key, window, [buildPayload(part, wrap(damaged), { status })]), connector, key);
  return { name: path, read, body, status: 200 };
});

/** Runs per body: the larger, the fewer, so that the suite stays under a minute. */
function countRuns({ body }: Subject): number {
  if (body.length < 5_000) return 400;
  if (body.length < 20_000) return 200;
  return body.length < 300_000 ? 40 : 15;
}

/** What became of the damaged bodies. */
const tally = { rows: 0, refusals: 0 };

/** What is wrong with the rows of a damaged body; an error of ours is an answer too. */
function listDamage(subject: Subject, body: Uint8Array, status: number): string[] {
  try {
    const faults = subject.read(body, status);
    tally.rows += 1;
    return faults;
  } catch (error) {
    if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
    tally.refusals += 1;
    return [];
  }
}

describe.each(small.filter(({ body }) => body.length < 3_000))('$name', (subject) => {
  it('survives a 9 in the place of any digit: hours, months and columns that do not exist', () => {
    for (let at = findDigit(subject.body, 0); at < subject.body.length; at += 1) {
      if (findDigit(subject.body, at) !== at) continue;
      const body = subject.body.with(at, 0x39);
      expect(listDamage(subject, body, subject.status), `a 9 at byte ${at}`).toEqual([]);
    }
  });
});

const subjects = [...small, report, ...archived];

describe.each(subjects)('$name', (subject) => {
  it('survives damage: rows that may be stored, or an error of ours', () => {
    const status = fc.oneof(
      { weight: 9, arbitrary: fc.constant(subject.status) },
      { weight: 1, arbitrary: fc.constantFrom(200, 404, 500) },
    );
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), status, (damages, answered) => {
        const body = damages.reduce(applyDamage, subject.body);
        expect(listDamage(subject, body, answered)).toEqual([]);
      }),
      { numRuns: countRuns(subject), seed: 20_210_104 },
    );
  });
});

describe('the damage', () => {
  it('was done more than 10,000 times to every file of the recordings, and was not always seen', () => {
    const planned = (group: readonly Subject[]): number =>
      group.reduce((sum, subject) => sum + countRuns(subject), 0);
    expect(planned(archived)).toBeGreaterThanOrEqual(10_000);
    expect(planned(subjects)).toBeGreaterThanOrEqual(20_000);
    expect(tally.rows + tally.refusals).toBeGreaterThanOrEqual(planned(subjects));
    expect(tally.rows).toBeGreaterThan(5_000);
    expect(tally.refusals).toBeGreaterThan(5_000);
  });
});
