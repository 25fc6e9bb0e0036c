import { createHash } from 'node:crypto';
import { answerBody, markNotRecorded, markSpan, type ReplayAnswer, type ReplayRequest } from './answer.ts';
import { parseBrazilianDate } from './calendar-date.ts';
import type { RecordedKey, Recordings } from './recordings.ts';
import { spanDates } from './span.ts';

/** Host of the Tesouro Transparente open-data portal. */
export const TESOURO_HOST = 'www.tesourotransparente.gov.br';

const FILE = /\/precotaxatesourodireto[^/]*\.csv$/i;
const BASE_DATE_COLUMN = 2;
const HEADER =
  'Tipo Titulo;Data Vencimento;Data Base;Taxa Compra Manha;Taxa Venda Manha;PU Compra Manha;PU Venda Manha;PU Base Manha';

/**
 * Answers the one ever-growing price file: the recorded one as it is with an ETag, 304 to whoever has it, or its header row
 * when nobody recorded it.
 */
export function answerTesouro(request: ReplayRequest, recordings: Recordings): ReplayAnswer {
  if (!FILE.test(request.path)) return answerBody(404, 'text/html', '<html><body>Not Found</body></html>');
  const [key] = listTesouroKeys(recordings);
  const path = key?.files[0];
  if (key === undefined || path === undefined)
    return markNotRecorded(answerBody(200, 'text/csv', `${HEADER}\n`));
  const etag = recordings.remember(`etag of ${path}`, () => hashBody(recordings.readBytes(path)));
  const isKnown = request.headers?.['if-none-match'] === etag;
  const answer = isKnown ? answerBody(304, '', '') : answerBody(200, 'text/csv', recordings.readBytes(path));
  return markSpan({ ...answer, headers: { ...answer.headers, etag } }, key.span);
}

function hashBody(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
}

/** The price file with the span of its base dates, when it was recorded. */
export function listTesouroKeys(recordings: Recordings): readonly RecordedKey[] {
  return recordings.remember('tesouro keys', () => {
    const path = recordings.files.findLast((name) => FILE.test(name));
    if (path === undefined) return [];
    const dates = recordings
      .readRows(path, ';')
      .map((row) => parseBrazilianDate(row[BASE_DATE_COLUMN] ?? ''));
    const span = spanDates(dates.filter((date) => date !== undefined));
    return span === undefined ? [] : [{ provider: 'b3_market_data', key: 'NTN_B_REAL', span, files: [path] }];
  });
}
