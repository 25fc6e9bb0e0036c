import { describe, expect, it } from 'vitest';
import { ptaxConnector } from '../../../shared/connectors/bcb_ptax/connector.ts';
import { PTAX_KEYS } from '../../../shared/connectors/bcb_ptax/registry.ts';
import type {
  FetchWindow,
  FixingRow,
  KeyDefinition,
  ParseResult,
  Payload,
  WindowRequest,
} from '../../../shared/connectors/connector.ts';
import { PermanentError, SchemaDriftError, TransientError } from '../../../shared/errors.ts';
import { SAO_PAULO, toIso, zonedInstant, type Day } from '../../../shared/time.ts';
import { buildPayload, readRecordedText } from '../../helpers/recorded-payload.ts';
import { createReplayedClient, createScriptedClient } from './replayed-client.ts';

function keyOf(code: string): KeyDefinition {
  const key = PTAX_KEYS.find((candidate) => candidate.code === code);
  if (key === undefined) throw new Error(`no currency ${code}`);
  return key;
}

function windowOf(code: string, from: Day, to: Day): FetchWindow {
  return { key: keyOf(code).key, id: from.slice(0, 4), from, to };
}

function parseText(
  text: string,
  overrides: Partial<Payload> = {},
  window = windowOf('USD', '2024-01-01', '2026-11-23'),
): ParseResult {
  const key = PTAX_KEYS.find(({ key: name }) => name === window.key) ?? keyOf('USD');
  return ptaxConnector.parse(key, window, [buildPayload('bulletins', text, overrides)]);
}

function listFixings({ rows }: ParseResult): FixingRow[] {
  return rows.filter((row) => row.table === 'fixings');
}

describe('PTAX windows', () => {
  const request: WindowRequest = {
    from: '2021-01-04',
    to: '2021-01-29',
    mode: 'history',
    today: '2026-11-23',
  };

  it('asks for whole years: all of the real for the dollar, two back for the others', () => {
    const dollar = ptaxConnector.windows(keyOf('USD'), request);
    expect(dollar.map(({ id }) => id)).toEqual(
      Array.from({ length: 27 }, (_, index) => String(1995 + index)),
    );
    expect(dollar.at(-1)).toEqual({ key: 'USDBRL_PTAX', id: '2021', from: '2021-01-01', to: '2021-12-31' });
    expect(ptaxConnector.windows(keyOf('EUR'), request).map(({ id }) => id)).toEqual([
      '2019',
      '2020',
      '2021',
    ]);
    const current = ptaxConnector.windows(keyOf('USD'), { ...request, from: '2026-11-20', to: '2026-11-20' });
    expect(current.at(-1)?.to).toBe('2026-11-23');
  });

  it('reads the last week again in a daily run, and sixty days at the start of a month', () => {
    const recent: WindowRequest = {
      from: '2026-11-20',
      to: '2026-11-20',
      mode: 'recent',
      today: '2026-11-23',
    };
    expect(ptaxConnector.windows(keyOf('USD'), recent)).toEqual([
      { key: 'USDBRL_PTAX', id: 'recent-2026-11-13-2026-11-23', from: '2026-11-13', to: '2026-11-23' },
    ]);
    const first = { ...recent, from: '2026-11-02', to: '2026-11-02' };
    expect(ptaxConnector.windows(keyOf('USD'), first).map(({ from }) => from)).toEqual(['2026-09-03']);
  });
});

describe('PTAX parse', () => {
  it('keeps the five decimals and the moment of publication', () => {
    const fixings = listFixings(
      parseText(readRecordedText('ptax/recorded/CotacaoDolarPeriodo_2026-07-31.json')),
    );
    expect(fixings).toEqual([
      {
        table: 'fixings',
        key: 'USDBRL_PTAX',
        date: '2026-07-31',
        bulletin: 'closing',
        bid: '5.07670',
        ask: '5.07730',
        vintageAt: null,
        releaseTime: Date.parse('2026-07-31T13:10:31.061-03:00'),
        releaseBasis: 'provider',
      },
    ]);
  });

  it('reads a year: 6.1923 on 31 December 2024, published at 10 h', () => {
    const fixings = listFixings(parseText(readRecordedText('ptax/reencoded/CotacaoDolarPeriodo_2024.json')));
    const last = fixings.at(-1);
    expect([last?.date, Number(last?.ask), last?.ask]).toEqual(['2024-12-31', 6.1923, '6.19230']);
    expect(toIso(last?.releaseTime ?? 0)).toMatch(/^2024-12-31T13:0/);
    expect(new Set(fixings.map(({ date }) => date)).size).toBe(fixings.length);
  });

  it('takes a bulletin that comes twice once, from its first publication', () => {
    const bulletin = (ask: string, moment: string): string =>
      `{"cotacaoCompra":5.69600,"cotacaoVenda":${ask},"dataHoraCotacao":"2025-04-23 ${moment}"}`;
    const same = parseText(
      `{"value":[${bulletin('5.69660', '13:09:27.1')},${bulletin('5.69660', '13:09:27.127')}]}`,
    );
    expect(listFixings(same).map(({ releaseTime }) => toIso(releaseTime ?? 0))).toEqual([
      '2025-04-23T16:09:27.100Z',
    ]);
    expect(same.rejected).toEqual([]);
    const corrected = parseText(
      `{"value":[${bulletin('5.69660', '13:09:27.1')},${bulletin('5.70000', '14:00:00.0')}]}`,
    );
    expect(listFixings(corrected).map(({ ask }) => ask)).toEqual(['5.70000']);
    expect(corrected.rejected.map(({ reason }) => reason)).toEqual(['replaced by a later bulletin']);
  });

  it('takes only the closing one of the five bulletins of a day', () => {
    const text = readRecordedText('ptax/recorded/CotacaoMoedaDia_EUR_2018-03-05_five_bulletins.json');
    const fixings = listFixings(parseText(text, {}, windowOf('EUR', '2018-01-01', '2018-12-31')));
    expect(fixings.map(({ key, date }) => [key, date])).toEqual([['EURBRL_PTAX', '2018-03-05']]);
    expect(toIso(fixings[0]?.releaseTime ?? 0)).toMatch(/^2018-03-05T16:/);
  });

  it('drops days outside the window', () => {
    const text = readRecordedText('ptax/reencoded/CotacaoDolarPeriodo_2024.json');
    const fixings = listFixings(parseText(text, {}, windowOf('USD', '2024-02-01', '2024-02-29')));
    expect(fixings).toHaveLength(19);
  });

  it('believes an empty list for a weekend, not for a year', () => {
    const empty = readRecordedText('ptax/recorded/CotacaoDolarPeriodo_weekend_empty_value.json');
    const weekend = windowOf('USD', '2026-06-20', '2026-06-21');
    expect(parseText(empty, {}, weekend)).toEqual({ rows: [], rejected: [] });
    const year = windowOf('USD', '2023-01-01', '2023-12-31');
    expect(() => parseText(empty, {}, year)).toThrow(PermanentError);
    expect(() => parseText(empty, {}, year)).toThrow('bulletins on 249 business days');
    expect(parseText(empty, { replay: { outcome: 'not-recorded' } }, year).rows).toEqual([]);
  });

  it('does not retry a refusal and names the cause', () => {
    const text = readRecordedText('ptax/recorded/errors/400_comment_wrapped.txt');
    expect(() => parseText(text, { status: 400 })).toThrow(PermanentError);
    expect(() => parseText(text, { status: 200 })).toThrow("The property 'dataCotacao'");
  });

  it('retries pages and bodies cut short, and stops on another shape', () => {
    expect(() => parseText('<html>manutenção</html>')).toThrow(TransientError);
    expect(() => parseText('<html>bloqueado</html>', { status: 403 })).toThrow(TransientError);
    const whole = readRecordedText('ptax/reencoded/CotacaoDolarPeriodo_2024.json');
    expect(() => parseText(whole.slice(0, 1_000))).toThrow(TransientError);
    expect(() => parseText('{"values":[]}')).toThrow(SchemaDriftError);
    expect(() =>
      parseText('{"value":[{"cotacaoCompra":5,"dataHoraCotacao":"2024-01-02 13:00:00.1"}]}'),
    ).toThrow(SchemaDriftError);
    const iso =
      '{"value":[{"cotacaoCompra":5.1,"cotacaoVenda":5.2,"dataHoraCotacao":"2024-01-02T13:00:00"}]}';
    expect(() => parseText(iso)).toThrow(SchemaDriftError);
  });
});

describe('PTAX fetch', () => {
  it('asks with quoted American dates and reads the recorded year', async () => {
    const http = createReplayedClient();
    const window = windowOf('USD', '2024-01-01', '2024-12-31');
    const payloads = await ptaxConnector.fetch(keyOf('USD'), window, http);
    expect(http.urls).toEqual([
      'https://olinda.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata/CotacaoDolarPeriodo(dataInicial=@dataInicial,' +
        "dataFinalCotacao=@dataFinalCotacao)?@dataInicial='01-01-2024'&@dataFinalCotacao='12-31-2024'" +
        '&$format=json&$top=10000&$orderby=dataHoraCotacao',
    ]);
    expect(ptaxConnector.parse(keyOf('USD'), window, payloads).rows).toHaveLength(253);
  });

  it('asks for the closing bulletins of another currency by their own operation and names', async () => {
    const http = createReplayedClient();
    const window = windowOf('EUR', '2018-03-01', '2018-03-31');
    const payloads = await ptaxConnector.fetch(keyOf('EUR'), window, http);
    expect(http.urls).toEqual([
      'https://olinda.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata/CotacaoMoedaPeriodoFechamento(codigoMoeda=@codigoMoeda,' +
        'dataInicialCotacao=@dataInicialCotacao,dataFinalCotacao=@dataFinalCotacao)' +
        "?@codigoMoeda='EUR'&@dataInicialCotacao='03-01-2018'&@dataFinalCotacao='03-31-2018'" +
        '&$format=json&$top=10000&$orderby=dataHoraCotacao',
    ]);
    const [fixing, ...others] = listFixings(ptaxConnector.parse(keyOf('EUR'), window, payloads));
    expect(fixing).toMatchObject({ key: 'EURBRL_PTAX', date: '2018-03-05', bulletin: 'closing' });
    expect(others).toEqual([]);
  });

  it.each([
    ['1', '1', '100'],
    ['2', '12', '120'],
    ['3', '123', '123'],
    ['4', '1234', '123'],
    ['5', '12345', '123'],
    ['6', '123456', '123'],
  ])('reads a fraction of %s digits', (_, fraction, milliseconds) => {
    const text = `{"value":[{"cotacaoCompra":5.1,"cotacaoVenda":5.2,"dataHoraCotacao":"2024-01-02 13:08:01.${fraction}"}]}`;
    expect(toIso(parseText(text).rows[0]?.releaseTime ?? 0)).toBe(`2024-01-02T16:08:01.${milliseconds}Z`);
  });

  it('does not call a rebuilt clock the provider’s', async () => {
    const window = windowOf('USD', '2021-01-01', '2021-12-31');
    const payloads = await ptaxConnector.fetch(keyOf('USD'), window, createReplayedClient());
    const fixings = listFixings(ptaxConnector.parse(keyOf('USD'), window, payloads));
    expect(fixings[0]).toMatchObject({
      date: '2021-01-04',
      releaseTime: zonedInstant('2021-01-04', '18:00', SAO_PAULO),
      releaseBasis: 'lag_rule',
    });
    expect(fixings).toHaveLength(251);
  });

  it('gives no rows for a currency that nobody recorded', async () => {
    const window = windowOf('GBP', '2021-01-01', '2021-12-31');
    const payloads = await ptaxConnector.fetch(keyOf('GBP'), window, createReplayedClient());
    expect(ptaxConnector.parse(keyOf('GBP'), window, payloads)).toEqual({ rows: [], rejected: [] });
    expect(payloads[0]?.replay?.outcome).toBe('not-recorded');
  });

  it('does not archive a page as if it were data', async () => {
    const http = createScriptedClient([buildPayload('bulletins', '<html></html>')]);
    await expect(
      ptaxConnector.fetch(keyOf('USD'), windowOf('USD', '2024-01-01', '2024-12-31'), http),
    ).rejects.toThrow(TransientError);
  });
});
