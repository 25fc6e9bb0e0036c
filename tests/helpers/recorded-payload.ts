import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Payload } from '../../shared/connectors/connector.ts';

const RECORDINGS = join(import.meta.dirname, '..', '..', 'data', 'replay');

/** Bytes of a recorded file, named as in `data/replay`: `b3/recorded/SPRD230202.zip`. */
export function readRecorded(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(RECORDINGS, path)));
}

/** Text of a recorded UTF-8 file. */
export function readRecordedText(path: string): string {
  return readFileSync(join(RECORDINGS, path), 'utf8');
}

/** Long after every recorded day: everything in a recorded body is final. */
export const AFTERWARDS = Date.parse('2026-11-23T12:00:00Z');

/** An archived answer of a part with the given body. */
export function buildPayload(
  part: string,
  body: Uint8Array | string,
  overrides: Partial<Payload> = {},
): Payload {
  return {
    part,
    url: `https://provider.example/${part}`,
    status: 200,
    contentType: 'application/octet-stream',
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    fetchedAt: AFTERWARDS,
    ...overrides,
  };
}
