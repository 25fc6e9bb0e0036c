import { PermanentError, TransientError } from '../errors.ts';
import type { Payload } from './connector.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('windows-1252');

/**
 * Text of a body: UTF-8 when it is valid UTF-8, otherwise Windows-1252, whatever the header claims (providers declare one
 * and send the other). A byte order mark is dropped.
 */
export function decodeText(body: Uint8Array): string {
  try {
    return strictUtf8.decode(body);
  } catch {
    return latin1.decode(body).replace(/^\u00EF\u00BB\u00BF/, '');
  }
}

/** True when the text is an HTML page: what firewalls and error pages send with any status. */
export function isHtml(text: string): boolean {
  return /^\s*<(?:!doctype\s+html|html|head|body|script|title|meta)\b/i.test(text);
}

/**
 * The archived answer of a part.
 *
 * @throws TransientError when the window has none: the fetch did not finish.
 */
export function pickPayload(payloads: readonly Payload[], part: string): Payload {
  const payload = payloads.find((candidate) => candidate.part === part);
  if (payload !== undefined) return payload;
  throw new TransientError('Reading a window from the archive', {
    expected: `the answer "${part}"`,
    got: 'none',
  });
}

const PERMANENT_STATUSES = new Set([400, 401, 403, 404, 406, 410]);

/**
 * Accepts a 200 only.
 *
 * @throws TransientError on an HTML page or a status that may pass, PermanentError on one that will not.
 */
export function requireOk(payload: Payload, text: string): void {
  const detail = {
    expected: 'HTTP 200 with data',
    got: `HTTP ${payload.status}, ${JSON.stringify(text.slice(0, 120))}`,
  };
  if (isHtml(text)) throw new TransientError(`GET ${payload.url}: a page instead of data`, detail);
  if (payload.status === 200) return;
  if (PERMANENT_STATUSES.has(payload.status)) throw new PermanentError(`GET ${payload.url}`, detail);
  throw new TransientError(`GET ${payload.url}`, detail);
}
