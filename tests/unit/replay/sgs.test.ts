import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ask, readBody, readJson, REPLAY_FOLDER } from './replay-data.ts';

type Row = { data: string; valor: string };

const askSgs = (code: string, query = '') =>
  ask(`https://api.bcb.gov.br/dados/serie/bcdata.sgs.${code}/dados${query}`);
const window = (first: string, last: string) => `?formato=json&dataInicial=${first}&dataFinal=${last}`;

describe('SGS', () => {
  it('answers rows of the window, both ends included, in the recorded shape', () => {
    const answer = askSgs('1', window('04/01/2021', '06/01/2021'));
    expect(answer.status).toBe(200);
    expect(readBody(answer)).toBe(
      '[{"data":"04/01/2021","valor":"5.1626"},{"data":"05/01/2021","valor":"5.3269"},{"data":"06/01/2021","valor":"5.3182"}]',
    );
    expect(answer.headers['x-replay-recorded']).toBe('2015-11-30/2025-11-28');
    expect(answer.headers['x-replay-outcome']).toBeUndefined();
    expect(answer.headers['x-replay-marked']).toBeUndefined();
  });

  it('prefers the recorded body and falls back to re-encoded values with the decimals of the series', () => {
    const before = askSgs('1', window('02/12/2019', '31/12/2019'));
    expect(before.headers['x-replay-marked']).toBe('re-encoded');
    expect(readJson<Row[]>(before).every((row) => /^\d\.\d{4}$/.test(row.valor))).toBe(true);
    const recorded = readJson<Row[]>(askSgs('24369', '?formato=json')).find(
      (row) => row.data === '01/12/2021',
    );
    expect(recorded?.valor).toBe('11.1');
  });

  it('returns the IPCA whole, monthly, without a window', () => {
    const rows = readJson<Row[]>(askSgs('433', '?formato=json'));
    expect(rows).toHaveLength(121);
    const product = rows
      .filter((row) => row.data.endsWith('/2021'))
      .reduce((index, row) => index * (1 + Number(row.valor) / 100), 1);
    expect((product - 1) * 100).toBeCloseTo(10.06, 2);
  });

  it('says 404 for a window without values: a weekend inside the span is recorded, a time outside is not', () => {
    const weekend = askSgs('1', window('02/01/2021', '03/01/2021'));
    expect(weekend.status).toBe(404);
    expect(readBody(weekend)).toContain('Value(s) not found');
    expect(weekend.headers['x-replay-outcome']).toBeUndefined();
    const later = askSgs('1', window('01/12/2025', '31/12/2025'));
    expect([later.status, later.headers['x-replay-outcome']]).toEqual([404, 'not-recorded']);
    expect(later.headers['x-replay-recorded']).toBe('2015-11-30/2025-11-28');
    const unknown = askSgs('5793', window('01/01/2021', '31/12/2021'));
    expect([unknown.status, unknown.headers['x-replay-outcome']]).toEqual([404, 'not-recorded']);
    expect(unknown.headers['x-replay-recorded']).toBeUndefined();
  });

  it('refuses a daily series over ten years or without dataInicial with the recorded 406', () => {
    const body = readFileSync(
      `${REPLAY_FOLDER}/bcb_sgs/recorded/errors/406_daily_window_over_10_years.json`,
      'utf8',
    );
    for (const query of [
      window('01/01/2011', '02/01/2021'),
      '?formato=json',
      '?formato=json&dataFinal=01/01/2021',
    ]) {
      const answer = askSgs('432', query);
      expect([answer.status, readBody(answer)]).toEqual([406, body]);
    }
    expect(askSgs('432', window('01/01/2016', '01/01/2026')).status).toBe(200);
    expect(askSgs('24363', '?formato=json').status).toBe(200);
  });

  it('answers at most 20 latest values', () => {
    expect(readJson<Row[]>(askSgs('433', '/ultimos/3?formato=json')).map((row) => row.data)).toEqual([
      '01/11/2025',
      '01/12/2025',
      '01/01/2026',
    ]);
    const refused = askSgs('433', '/ultimos/21?formato=json');
    expect(refused.status).toBe(400);
    expect(readJson<{ erro: { detail: string } }>(refused).erro.detail).toContain('deve ser 20');
  });

  it('writes CSV with semicolons and decimal commas', () => {
    expect(readBody(askSgs('433', '/ultimos/1?formato=csv'))).toBe('"data";"valor"\r\n"01/01/2026";"0,33"');
  });

  it('reads the table of the web page: months without a day, decimal commas', () => {
    const rows = readJson<Row[]>(askSgs('13762', window('01/12/2006', '01/02/2007')));
    expect(rows.map((row) => row.valor)).toEqual(['55.48', '56.17', '56.90']);
  });

  it('never serves computed or calendar-filled values', () => {
    expect(askSgs('13522', window('01/01/2021', '31/12/2021')).headers['x-replay-outcome']).toBe(
      'not-recorded',
    );
    expect(askSgs('1', window('01/01/2010', '31/12/2010')).headers['x-replay-outcome']).toBe('not-recorded');
    const days = readJson<Row[]>(askSgs('1', window('30/11/2015', '28/11/2025'))).map((row) => {
      const [day, month, year] = row.data.split('/').map(Number);
      return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day)).getUTCDay();
    });
    expect(days.length).toBe(2511);
    expect(days.filter((day) => day === 0 || day === 6)).toEqual([]);
  });
});
