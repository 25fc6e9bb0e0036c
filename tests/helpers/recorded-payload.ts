import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
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

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/** Text of a constructed body, for formats of which no recording exists; its name says so. */
export function readConstructedText(name: `constructed_${string}`): string {
  return readFileSync(join(FIXTURES, name), 'utf8');
}

/** Names of everything below a folder of `data/replay`, as `readRecorded` takes them. */
export function listRecorded(folder: string): string[] {
  return readdirSync(join(RECORDINGS, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(RECORDINGS, join(entry.parentPath, entry.name)))
    .sort();
}

/** Names of all constructed bodies. */
export function listFixtures(): string[] {
  return readdirSync(FIXTURES).sort();
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
