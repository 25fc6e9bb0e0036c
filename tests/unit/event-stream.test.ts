import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseEventStream, type StreamMessage } from '../../shared/client/event-stream.ts';

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

async function parse(...texts: string[]): Promise<StreamMessage[]> {
  const messages: StreamMessage[] = [];
  for await (const message of parseEventStream(pieces(...texts))) messages.push(message);
  return messages;
}

const STREAM =
  'retry: 2000\nid: 1-0\n\n: still here\nid: 4-0\n\nid: 5-9\nevent: run.running\ndata: {"a":\ndata:  1}\n\ndata\n\nid: 6-1\ndata: lost';

it('reads ids, kinds and data of several lines, and leaves a message out that is cut off', async () => {
  expect(await parse(STREAM)).toEqual([
    { id: '1-0', event: 'message', data: '' },
    { id: '4-0', event: 'message', data: '' },
    { id: '5-9', event: 'run.running', data: '{"a":\n 1}' },
    { id: '5-9', event: 'message', data: '' },
  ]);
});

it('reads the same whatever ends the lines and wherever the pieces are cut', async () => {
  const expected = await parse(STREAM);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('\n', '\r', '\r\n'),
      fc.array(fc.nat(STREAM.length), { maxLength: 20 }),
      async (lineEnd, cuts) => {
        const text = STREAM.replaceAll('\n', lineEnd);
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const cut = places.slice(1).map((place, i) => text.slice(places[i], place));
        expect(await parse(...cut)).toEqual(expected);
      },
    ),
  );
});
