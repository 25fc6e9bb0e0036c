import { unzipSync } from 'fflate';
import { TransientError } from '../../errors.ts';

const MAX_ENTRY_BYTES = 256 * 1024 * 1024;
const MAX_DEPTH = 3;
/** A zip without entries is its end record and nothing else. */
const EMPTY_ARCHIVE_BYTES = 22;
const LOCAL_HEADER = [0x50, 0x4b, 0x03, 0x04] as const;
const END_RECORD = [0x50, 0x4b, 0x05, 0x06] as const;

/** A file inside an archive. */
export interface ArchiveFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function startsWith(bytes: Uint8Array, mark: readonly number[], at = 0): boolean {
  return mark.every((byte, index) => bytes[at + index] === byte);
}

/** Where the zip begins: at the start, or behind the program of a self-extracting file; −1 when there is none. */
function findZip(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0x50); at !== -1; at = bytes.indexOf(0x50, at + 1)) {
    if (startsWith(bytes, LOCAL_HEADER, at)) return at;
  }
  return -1;
}

function unzip(bytes: Uint8Array): ArchiveFile[] {
  const entries = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (originalSize > MAX_ENTRY_BYTES) throw new RangeError(`${name} claims ${originalSize} bytes`);
      return !name.endsWith('/');
    },
  });
  return Object.keys(entries)
    .sort()
    .map((name) => ({ name, bytes: entries[name] ?? new Uint8Array() }));
}

function openZip(bytes: Uint8Array, start: number): ArchiveFile[] {
  // The directory of a self-extracting file counts from the program's first byte or from the zip's: both exist.
  for (const candidate of start === 0 ? [bytes] : [bytes.subarray(start), bytes]) {
    try {
      return unzip(candidate);
    } catch (cause) {
      if (candidate === bytes || start === 0) {
        const got = cause instanceof Error ? cause.message : String(cause);
        throw new TransientError('Opening a B3 archive', { expected: 'a whole zip', got, cause });
      }
    }
  }
  return [];
}

/**
 * All files of an archive, however deep the zips are nested (B3 sends a zip in a zip, or a zip in a self-extracting
 * program in a zip), sorted by name within each zip. A zip without entries, B3's answer for a day without session, has
 * none.
 *
 * @throws TransientError when a zip is cut or broken, or the bytes are something else.
 */
export function readArchive(body: Uint8Array, depth = 0): ArchiveFile[] {
  if (body.length <= EMPTY_ARCHIVE_BYTES && startsWith(body, END_RECORD)) return [];
  const start = depth === 0 && !startsWith(body, LOCAL_HEADER) ? -1 : findZip(body);
  if (start === -1 || depth > MAX_DEPTH) {
    throw new TransientError('Opening a B3 archive', {
      expected: 'a zip',
      got: `${body.length} other bytes`,
    });
  }
  return openZip(body, start).flatMap((file) =>
    /\.(?:zip|ex_|exe)$/i.test(file.name) ? readArchive(file.bytes, depth + 1) : [file],
  );
}
