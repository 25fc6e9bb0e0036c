import { describe, expect, it } from 'vitest';
import { sgsConnector } from '../../../shared/connectors/bcb_sgs/connector.ts';
import { SGS_KEYS } from '../../../shared/connectors/bcb_sgs/registry.ts';
import type {
  FetchWindow,
  KeyDefinition,
  ObservationRow,
  Payload,
  WindowRequest,
} from '../../../shared/connectors/connector.ts';
import { PermanentError, SchemaDriftError, TransientError } from '../../../shared/errors.ts';
import { addDays, cutoffOf, SAO_PAULO, toIso, zonedInstant, type Day } from '../../../shared/time.ts';
import { buildPayload, readRecordedText } from '../../helpers/recorded-payload.ts';
import { createReplayedClient, createScriptedClient } from './replayed-client.ts';

function keyOf(name: string): KeyDefinition {
  const key = SGS_KEYS.find((candidate) => candidate.key === name);
  if (key === undefined) throw new Error(`no key ${name}`);
  return key;
}

function windowOf(key: KeyDefinition, from: Day = '1990-01-01', to: Day = '2026-11-23'): FetchWindow {
  return { key: key.key, id: 'all', from, to };
}

function parseRecorded(name: string, path: string, window?: FetchWindow): readonly ObservationRow[] {
  const key = keyOf(name);
  const payload = buildPayload('observations', readRecordedText(path));
  return sgsConnector
    .parse(key, window ?? windowOf(key), [payload])
    .rows.filter((row) => row.table === 'observations');
}

function parseText(name: string, text: string, overrides: Partial<Payload> = {}) {
  const key = keyOf(name);
  return sgsConnector.parse(key, windowOf(key), [buildPayload('observations', text, overrides)]);
}

describe('SGS registry', () => {
  const enabled = SGS_KEYS.filter(({ disabled }) => disabled === undefined);

  it('has no two keys with one name and no two enabled keys with one code', () => {
    expect(new Set(SGS_KEYS.map(({ key }) => key)).size).toBe(SGS_KEYS.length);
    expect(new Set(enabled.map(({ code }) => code)).size).toBe(enabled.length);
  });

  it('asks for the right codes where the reference asked for another series', () => {
    const codes = [
      'BR_PTAX_BUY',
      'BR_PTAX_SELL',
      'BR_CURRENT_ACCOUNT',
      'BR_FDI',
      'BR_IPCA_SERVICES',
      'BR_GDP_QOQ',
      'BR_IBC_BR',
    ];
    expect(codes.map((name) => keyOf(name).code)).toEqual([
      '10813',
      '1',
      '22701',
      '22885',
      '10844',
      '22109',
      '24364',
    ]);
  });

  it('makes four keys mandatory and explains every disabled one', () => {
    expect(
      SGS_KEYS.filter(({ mandatory }) => mandatory)
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(['1', '10813', '432', '433']);
    const disabled = SGS_KEYS.filter(({ disabled: reason }) => reason !== undefined);
    expect(disabled.map(({ key }) => key)).toEqual([
      'BR_IPC_S_WEEKLY',
      'BR_IPCA_COMP_FOOD_AWAY',
      'BR_SERVICES_REV',
      'BR_PORT_EQUITY',
      'BR_PORT_DEBT',
    ]);
  });
});

describe('SGS windows', () => {
  const request: WindowRequest = {
    from: '2021-01-04',
    to: '2021-01-29',
    mode: 'history',
    today: '2026-11-23',
  };

  it('cuts daily history into decades whose ids do not depend on the slice', () => {
    const key = keyOf('BR_SELIC_TARGET');
    expect(sgsConnector.windows(key, request)).toEqual([
      { key: key.key, id: '2000', from: '2000-01-01', to: '2009-12-31' },
      { key: key.key, id: '2010', from: '2010-01-01', to: '2019-12-31' },
      { key: key.key, id: '2020', from: '2020-01-01', to: '2026-11-23' },
    ]);
    const later = sgsConnector.windows(key, { ...request, from: '2022-06-01', to: '2022-06-24' });
    expect(later.map(({ id }) => id)).toEqual(['2000', '2010', '2020']);
    const early = sgsConnector.windows(key, { ...request, from: '2010-01-01', to: '2010-01-29' });
    expect(early.map(({ id }) => id)).toEqual(['1990', '2000', '2010']);
  });

  it('asks for a monthly series whole, and for its last 18 months in a daily run', () => {
    const key = keyOf('BR_IPCA_MOM');
    expect(sgsConnector.windows(key, request)).toEqual([
      { key: key.key, id: 'all', from: '1990-01-01', to: '2026-11-23' },
    ]);
    const recent: WindowRequest = {
      from: '2026-11-19',
      to: '2026-11-19',
      mode: 'recent',
      today: '2026-11-20',
    };
    expect(sgsConnector.windows(key, recent)).toEqual([
      { key: key.key, id: 'recent-2025-05-19-2026-11-20', from: '2025-05-19', to: '2026-11-20' },
    ]);
    expect(sgsConnector.windows(keyOf('BR_PTAX_SELL'), recent).map(({ from }) => from)).toEqual([
      '2026-11-04',
    ]);
    expect(sgsConnector.windows(keyOf('BR_GDP_QOQ'), recent).map(({ from }) => from)).toEqual(['2020-11-19']);
  });

  it('reads a monthly series whole on Fridays, and a daily one for two years once a month', () => {
    const onDay = (day: string, key: string) =>
      sgsConnector.windows(keyOf(key), { from: day, to: day, mode: 'recent', today: addDays(day, 1) })[0]
        ?.from;
    expect(onDay('2026-11-20', 'BR_GDP_QOQ')).toBe('1990-01-01');
    expect(onDay('2026-11-20', 'BR_PTAX_SELL')).toBe('2026-11-05');
    expect(onDay('2026-11-02', 'BR_PTAX_SELL')).toBe('2024-11-02');
    expect(onDay('2026-11-03', 'BR_PTAX_SELL')).toBe('2026-10-19');
  });
});

describe('SGS parse', () => {
  it('reads the IPCA of December 2024 as the BCB writes it', () => {
    const rows = parseRecorded('BR_IPCA_MOM', 'bcb_sgs/recorded/sgs_433_20160101_20260101.json');
    expect(rows.find(({ date }) => date === '2024-12-01')).toEqual({
      table: 'observations',
      key: 'BR_IPCA_MOM',
      date: '2024-12-01',
      value: '0.52',
      vintageAt: null,
      releaseTime: zonedInstant('2025-01-13', '09:00', SAO_PAULO),
      releaseBasis: 'lag_rule',
    });
    const december = rows.find(({ date }) => date === '2021-12-01');
    expect([toIso(december?.releaseTime ?? 0), december?.releaseBasis]).toEqual([
      '2022-01-11T12:00:00.000Z',
      'calendar',
    ]);
  });

  it('releases a new Selic target on the evening of the decision, before it takes effect', () => {
    const rows = parseRecorded('BR_SELIC_TARGET', 'bcb_sgs/recorded/sgs_432_20160101_20260101.json');
    const decided = rows.find(({ date }) => date === '2024-11-07');
    expect(decided?.value).toBe('11.25');
    expect(decided?.releaseTime).toBe(zonedInstant('2024-11-06', '18:30', SAO_PAULO));
    expect(rows.find(({ date }) => date === '2024-11-06')?.value).toBe('10.75');
    const next = rows.find(({ date }) => date === '2024-11-08');
    expect(next?.releaseTime).toBe(zonedInstant('2024-11-08', '00:00', SAO_PAULO));
    expect(decided?.releaseTime).toBeLessThan(cutoffOf('2024-11-06'));
    const decisions = rows.filter(
      ({ date, releaseTime }) => releaseTime !== zonedInstant(date, '00:00', SAO_PAULO),
    );
    const changes = rows.filter(({ value }, index) => index > 0 && value !== rows[index - 1]?.value);
    expect(decisions).toEqual(changes);
    expect(changes.length).toBeGreaterThan(30);
  });

  it('shows a daily rate on the next business day and the PTAX on its own', () => {
    const selic = parseRecorded('BR_SELIC_DAILY', 'bcb_sgs/recorded/sgs_11_20200101_20241231.json');
    expect(selic.at(0)).toMatchObject({ date: '2020-01-02', value: '0.017089' });
    expect(selic.at(0)?.releaseTime).toBe(zonedInstant('2020-01-03', '09:00', SAO_PAULO));
    const sell = parseRecorded('BR_PTAX_SELL', 'bcb_sgs/recorded/sgs_1_20200101_20241231.json');
    expect(sell.at(-1)).toMatchObject({ date: '2024-12-31', value: '6.1923' });
    expect(sell.at(-1)?.releaseTime).toBe(zonedInstant('2024-12-31', '18:00', SAO_PAULO));
  });

  it('drops rows outside the window and after the day of the answer', () => {
    const key = keyOf('BR_SELIC_TARGET');
    const path = 'bcb_sgs/recorded/sgs_432_20160101_20260101.json';
    const rows = parseRecorded('BR_SELIC_TARGET', path, windowOf(key, '2020-01-01', '2020-01-31'));
    expect([rows.length, rows[0]?.date, rows.at(-1)?.date]).toEqual([31, '2020-01-01', '2020-01-31']);
    const fetchedAt = zonedInstant('2024-11-07', '06:00', SAO_PAULO);
    const early = sgsConnector.parse(key, windowOf(key), [
      buildPayload('observations', readRecordedText(path), { fetchedAt }),
    ]);
    expect(early.rows.at(-1)?.date).toBe('2024-11-07');
  });

  it('counts empty values instead of storing them', () => {
    const text =
      '[{"data":"01/01/2020","valor":""},{"data":"01/02/2020","valor":"-"},{"data":"01/03/2020","valor":"0.10"}]';
    const { rows, rejected } = parseText('BR_IPCA_MOM', text);
    expect(rows.map(({ date }) => date)).toEqual(['2020-03-01']);
    expect(rejected.map(({ date, reason }) => [date, reason])).toEqual([
      ['2020-01-01', 'empty value'],
      ['2020-02-01', 'empty value'],
    ]);
  });

  it('reads "no value in this window" as no rows', () => {
    const text = readRecordedText('bcb_sgs/recorded/errors/404_no_values_in_window.json');
    expect(parseText('BR_IPCA_MOM', text, { status: 404 })).toEqual({ rows: [], rejected: [] });
  });

  it.each([
    ['400_ultimos_over_20.json', 400, 'deve ser 20'],
    ['406_daily_window_over_10_years.json', 406, 'no máximo, 10 anos'],
  ])('does not retry %s and names the cause', (file, status, cause) => {
    const text = readRecordedText(`bcb_sgs/recorded/errors/${file}`);
    expect(() => parseText('BR_PTAX_SELL', text, { status })).toThrow(PermanentError);
    expect(() => parseText('BR_PTAX_SELL', text, { status })).toThrow(cause);
  });

  it('retries a page and a body cut short', () => {
    const page = '<!DOCTYPE html><html><body>Requisição inválida!</body></html>';
    expect(() => parseText('BR_IPCA_MOM', page)).toThrow(TransientError);
    expect(() => parseText('BR_IPCA_MOM', '<?xml version="1.0"?><erro/>')).toThrow(TransientError);
    const whole = readRecordedText('bcb_sgs/recorded/sgs_433_20200101_20241231.json');
    expect(() => parseText('BR_IPCA_MOM', whole.slice(0, 400))).toThrow(TransientError);
    expect(() => parseText('BR_IPCA_MOM', '')).toThrow('an empty body');
  });

  it('stops on another shape', () => {
    expect(() => parseText('BR_IPCA_MOM', '{"erro":{"detail":"x"}}')).toThrow(SchemaDriftError);
    expect(() => parseText('BR_IPCA_MOM', '[{"data":"2020-01-01","valor":"1"}]')).toThrow(SchemaDriftError);
    expect(() => parseText('BR_IPCA_MOM', '[{"date":"01/01/2020"}]')).toThrow(SchemaDriftError);
    expect(() => parseText('BR_IPCA_MOM', 'not found', { status: 404 })).toThrow(PermanentError);
  });
});

describe('SGS fetch', () => {
  it('asks once per window and gives the same rows as the archive', async () => {
    const key = keyOf('BR_PTAX_SELL');
    const window = windowOf(key, '2020-01-01', '2026-11-23');
    const http = createReplayedClient();
    const payloads = await sgsConnector.fetch(key, window, http);
    expect(http.urls).toEqual([
      'https://api.bcb.gov.br/dados/serie/bcdata.sgs.1/dados?formato=json&dataInicial=01/01/2020&dataFinal=23/11/2026',
    ]);
    const { rows } = sgsConnector.parse(key, window, payloads);
    expect(rows.find(({ date }) => date === '2024-12-31')).toMatchObject({ value: '6.1923' });
  });

  it('does not archive a page as if it were data', async () => {
    const key = keyOf('BR_IPCA_MOM');
    const http = createScriptedClient([buildPayload('observations', '<html></html>')]);
    await expect(sgsConnector.fetch(key, windowOf(key), http)).rejects.toThrow(TransientError);
  });
});
