import { TransientError } from '../errors.ts';
import type { DecimalText, Payload } from './connector.ts';

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** True for a decimal number with a point, no exponent and no thousands separator. */
export function isDecimalText(text: string): text is DecimalText {
  return DECIMAL.test(text);
}

/** The body as UTF-8 text without byte order mark and outer blanks. */
export function readBodyText(payload: Payload): string {
  return new TextDecoder('utf-8').decode(payload.body).trim();
}

/** The first characters of a body, on one line, for an error message. */
export function excerptOf(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 120);
}

/**
 * Reads a JSON body whose numbers must not pass through a double: every number literal becomes text (`5.07670` stays
 * `"5.07670"`).
 *
 * @throws TransientError when the body is a page, is cut short or is not JSON: asked again, the provider may answer.
 */
export function parseJsonKeepingDecimals(payload: Payload, subject: string): unknown {
  const text = readBodyText(payload);
  if (!text.startsWith('[') && !text.startsWith('{')) {
    throw new TransientError(`${payload.url} did not answer JSON`, {
      subject,
      expected: 'a body that starts with [ or {',
      got: text === '' ? `an empty body with HTTP ${payload.status}` : excerptOf(text),
    });
  }
  try {
    return JSON.parse(text, keepNumberSource);
  } catch (cause) {
    throw new TransientError(`${payload.url} answered broken JSON`, {
      subject,
      expected: 'a whole JSON document',
      got: `${text.length} characters ending in ${excerptOf(text.slice(-40))}`,
      cause,
    });
  }
}

/** `JSON.parse` hands the source of a primitive to its reviver (ECMAScript 2025). */
function keepNumberSource(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}
