/** A message of a stream of server-sent events. */
export interface StreamMessage {
  /** The place in the stream so far; undefined before the first. */
  readonly id: string | undefined;
  readonly event: string;
  /** Empty for a message that only moves the place on. */
  readonly data: string;
}

const LINE_END = /\r\n|\n|\r/g;

/** The lines of a text that comes in pieces. A carriage return at the end of a piece may be half of a line end. */
async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const text = rest + piece;
    const isHalf = text.endsWith('\r');
    const lines = (isHalf ? text.slice(0, -1) : text).split(LINE_END);
    rest = (lines.pop() ?? '') + (isHalf ? '\r' : '');
    yield* lines;
  }
}

/**
 * The messages of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), also those without data. One that
 * the end of the stream cuts off is left out.
 */
export async function* parseEventStream(pieces: AsyncIterable<string>): AsyncGenerator<StreamMessage> {
  let id: string | undefined;
  let event = '';
  let data: string[] = [];
  for await (const line of splitLines(pieces)) {
    if (line === '') {
      yield { id, event: event === '' ? 'message' : event, data: data.join('\n') };
      event = '';
      data = [];
      continue;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'id' && !value.includes('\0')) id = value;
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
}
