import { zipSync } from 'fflate';
import { getCalendar } from '../../shared/calendars/calendars.ts';
import { addDays, type Day } from '../../shared/time.ts';
import { readRecordedText } from './recorded-payload.ts';

/** A zip in a zip, as B3 sends its files; the inner one behind a program when it is self-extracting. */
export function nestArchive(
  outerName: string,
  name: string,
  bytes: Uint8Array | string,
  program = 0,
): Uint8Array {
  const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const inner = zipSync({ [name]: content });
  const extractor = new Uint8Array(program + inner.length);
  extractor.set(new TextEncoder().encode('MZ This program cannot be run in DOS mode.').slice(0, program));
  extractor.set(inner, program);
  return zipSync({ [outerName]: extractor });
}

/** A vertex of a recorded reference page: calendar days and rate in percent, comma decimal as printed. */
export interface PageVertex {
  readonly calendarDays: number;
  readonly percent: string;
}

/** Vertices of a recorded reference page. Rows have no `<tr>`: cells come in threes (PRE) or twos (DIC, DOC). */
export function readReferencePage(curve: 'PRE' | 'DIC' | 'DOC', day: Day): PageVertex[] {
  const html = readRecordedText(`b3/recorded/taxas_referenciais_${curve}_${day}.html`);
  const table = html.slice(html.indexOf('id="tb_principal1"'));
  const cells = [...table.matchAll(/<td[^>]*>\s*([-\d.,]+)\s*<\/td>/g)].map((match) => match[1] ?? '');
  const width = curve === 'PRE' ? 3 : 2;
  const vertices: PageVertex[] = [];
  for (let index = 0; index + width <= cells.length; index += width) {
    vertices.push({ calendarDays: Number(cells[index]?.replace('.', '')), percent: cells[index + 1] ?? '' });
  }
  return vertices;
}

/**
 * Constructed: the lines of a `TaxaSwap.txt` with the values of a reference page, in the recorded layout. The page has no
 * business days; they are counted.
 */
export function encodeTaxaSwap(curve: 'PRE' | 'DIC' | 'DOC', day: Day): string[] {
  const calendar = getCalendar('BR_ANBIMA', day);
  return readReferencePage(curve, day).map(({ calendarDays, percent }, index) => {
    const businessDays = calendar.count(day, calendar.add(addDays(day, calendarDays), 0));
    const unscaled = Math.round(Number(percent.replace('.', '').replace(',', '.')) * 1e7);
    return [
      String(index + 1).padStart(6, '0'),
      '001',
      '01',
      day.replaceAll('-', ''),
      'T1',
      curve.padEnd(5),
      `DIx${curve}`.padEnd(15),
      String(calendarDays).padStart(5, '0'),
      String(businessDays).padStart(5, '0'),
      unscaled < 0 ? '-' : '+',
      String(Math.abs(unscaled)).padStart(14, '0'),
      'M',
      String(calendarDays).padStart(5, '0'),
    ].join('');
  });
}
