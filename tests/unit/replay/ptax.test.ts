import { describe, expect, it } from 'vitest';
import { ask, readBody, readJson } from './replay-data.ts';

type Body = { '@odata.context': string; value: Record<string, number | string>[] };

const BASE = 'https://olinda.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata/';
const askPeriod = (first: string, last: string, options = '') =>
  ask(
    `${BASE}CotacaoDolarPeriodo(dataInicial=@a,dataFinalCotacao=@b)?@a='${first}'&@b='${last}'&$format=json${options}`,
  );

describe('PTAX', () => {
  it('answers a recorded row byte for byte, trailing zeros included', () => {
    const answer = askPeriod('06-19-2026', '06-19-2026');
    expect(readBody(answer)).toBe(
      '{"@odata.context":"https://was-p.bcnet.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata$metadata#_CotacaoDolarPeriodo","value":[{"cotacaoCompra":5.14360,"cotacaoVenda":5.14420,"dataHoraCotacao":"2026-06-19 13:03:25.555497"}]}',
    );
    expect(answer.headers['x-replay-marked']).toBeUndefined();
    expect(answer.headers['x-replay-recorded']).toBe('2026-06-19/2026-06-22');
  });

  it('names every recorded piece of the window', () => {
    const answer = askPeriod('06-01-2026', '12-31-2026');
    expect(answer.headers['x-replay-recorded']).toBe('2026-06-19/2026-06-22,2026-07-31/2026-07-31');
  });

  it('rebuilds days without OData from SGS 1 (sell) and 10813 (buy) and says that the clock is invented', () => {
    const answer = askPeriod('01-04-2021', '01-05-2021');
    expect(readBody(answer)).toContain(
      '{"cotacaoCompra":5.1620,"cotacaoVenda":5.1626,"dataHoraCotacao":"2021-01-04 18:00:00.000"}',
    );
    expect(answer.headers['x-replay-marked']).toBe('rebuilt-from-sgs;invented-clock');
    const year = readJson<Body>(askPeriod('01-01-2021', '12-31-2021'));
    expect(year.value).toHaveLength(251);
    expect(year.value.every((row) => Number(row['cotacaoVenda']) > Number(row['cotacaoCompra']))).toBe(true);
  });

  it('keeps the real clock of 2024 and the doubled row of 2025-04-23', () => {
    const answer = askPeriod('04-23-2025', '04-23-2025');
    expect(answer.headers['x-replay-marked']).toBe('re-encoded');
    expect(readJson<Body>(answer).value.map((row) => row['dataHoraCotacao'])).toEqual([
      '2025-04-23 13:06:30.416',
      '2025-04-23 13:06:30.443',
    ]);
    expect(readJson<Body>(askPeriod('01-02-2024', '01-02-2024')).value[0]?.['dataHoraCotacao']).toBe(
      '2024-01-02 13:05:50.319',
    );
  });

  it('pages, sorts and selects', () => {
    const options = '&$orderby=dataHoraCotacao%20desc&$top=1&$skip=1&$select=cotacaoVenda';
    expect(readJson<Body>(askPeriod('01-04-2021', '01-06-2021', options)).value).toEqual([
      { cotacaoVenda: 5.3269 },
    ]);
  });

  it('answers one day by its own function', () => {
    const answer = ask(`${BASE}CotacaoDolarDia(dataCotacao=@d)?@d=%2701-04-2021%27&%24format=json`);
    expect(readJson<Body>(answer).value).toHaveLength(1);
  });

  it('has six fields and five bulletins for a currency', () => {
    const answer = ask(
      `${BASE}CotacaoMoedaDia(moeda=@m,dataCotacao=@d)?@m='EUR'&@d='03-05-2018'&$format=json`,
    );
    expect(readJson<Body>(answer).value.map((row) => row['tipoBoletim'])).toEqual([
      'Abertura',
      'Intermediário',
      'Intermediário',
      'Intermediário',
      'Fechamento PTAX',
    ]);
    const closing = ask(
      `${BASE}CotacaoMoedaPeriodoFechamento(codigoMoeda=@m,dataInicialCotacao=@a,dataFinalCotacao=@b)?@m='EUR'&@a='03-05-2018'&@b='03-05-2018'`,
    );
    expect(readJson<Body>(closing).value).toHaveLength(1);
    const pound = ask(`${BASE}CotacaoMoedaDia(moeda=@m,dataCotacao=@d)?@m='GBP'&@d='03-05-2018'`);
    expect([readJson<Body>(pound).value.length, pound.headers['x-replay-outcome']]).toEqual([
      0,
      'not-recorded',
    ]);
  });

  it('answers empty for a weekend, for an ISO date, and not-recorded outside the spans', () => {
    const weekend = askPeriod('01-02-2021', '01-03-2021');
    const iso = askPeriod('2021-01-04', '2021-01-05');
    for (const answer of [weekend, iso]) {
      expect(readJson<Body>(answer).value).toEqual([]);
      expect([answer.status, answer.headers['x-replay-outcome']]).toEqual([200, undefined]);
    }
    for (const [first, last] of [
      ['01-04-2010', '12-31-2010'],
      ['01-05-2026', '03-05-2026'],
    ] as const) {
      expect(askPeriod(first, last).headers['x-replay-outcome']).toBe('not-recorded');
    }
  });

  it('wraps errors in a comment without content type', () => {
    const missing = ask(`${BASE}CotacaoDolarPeriodo(dataInicial=@a,dataFinalCotacao=@b)?@a='01-04-2021'`);
    const property = askPeriod('01-04-2021', '01-05-2021', '&$orderby=dataCotacao');
    expect([missing.status, property.status]).toEqual([500, 400]);
    expect(readBody(property)).toBe(
      '/*{\n  "codigo" : 400,\n  "mensagem" : "The property \'dataCotacao\', used in a query expression, is not defined in type \'TipoCotacaoDolar\'."\n}*/',
    );
    expect(property.headers['content-type']).toBeUndefined();
  });
});
