import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { openAssetBars, hasRoomFor, type Progress } from '../../../infra/cli/progress-bars.ts';

const counts = { fresh: 0, noDataExpected: {}, failed: 0, missing: 0, degraded: 0 };
const progress: Progress = {
  rate: 12,
  backfill: {
    id: '00000000-0000-4000-8000-000000000001',
    state: 'running',
    from: '2022-06-20',
    to: '2022-06-24',
    assets: ['bronze_fred', 'silver_macro', 'bronze_yahoo'],
    only: 'missing',
    slice: 'month',
    maxConcurrentRuns: 4,
    order: 'oldest',
    createdAt: '2022-07-01T15:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    runs: {},
    tasks: {},
    partitions: { total: 15, done: 9 },
    requests: {},
    estimate: null,
    rate: null,
    eta: null,
  },
  assets: [
    { ...counts, asset: 'bronze_fred', fresh: 4, noDataExpected: { holiday: 1 } },
    { ...counts, asset: 'silver_macro', fresh: 1, missing: 4 },
    { ...counts, asset: 'bronze_yahoo', fresh: 3, failed: 2 },
  ],
};

/** A terminal that keeps what is written to it. */
function openTerminal(): { readonly stream: Writable; read(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: true, columns: 120 }), read: () => text };
}

it('has a bar per asset with what is the matter with it, and all together at the foot', () => {
  const terminal = openTerminal();
  const view = openAssetBars(terminal.stream);
  view.show(progress);
  view.end();
  const lines = stripVTControlCharacters(terminal.read())
    .split(/\r?\n/)
    .map((line) => line.replace(/[█░]+/, '#').trimEnd());
  expect(lines).toEqual(
    expect.arrayContaining([
      'bronze_fred  # 5 of 5  complete',
      'silver_macro # 1 of 5',
      'bronze_yahoo # 3 of 5  2 failed',
      'all          # 60 %  9 of 15  12 per s  0.5 s left  running',
    ]),
  );
});

it('needs a terminal that is high enough', () => {
  const stream = (rows: number, isTTY = true): NodeJS.WriteStream =>
    Object.assign(openTerminal().stream, { rows, isTTY }) as unknown as NodeJS.WriteStream;
  expect(hasRoomFor(14, stream(17))).toBe(true);
  expect(hasRoomFor(14, stream(16))).toBe(false);
  expect(hasRoomFor(14, stream(50, false))).toBe(false);
});
