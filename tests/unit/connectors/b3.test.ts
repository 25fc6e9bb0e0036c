import { parse as parseCsv } from 'csv-parse/sync';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { b3Connector } from '../../../shared/connectors/b3/b3.ts';
import { describeContract, isFutureTicker } from '../../../shared/connectors/b3/contracts.ts';
import { readArchive } from '../../../shared/connectors/b3/read-archive.ts';
import type {
  CurvePointRow,
  KeyDefinition,
  ParseResult,
  Payload,
} from '../../../shared/connectors/connector.ts';
import { PermanentError, SchemaDriftError, TransientError } from '../../../shared/errors.ts';
import { addDays, toIso, type Day } from '../../../shared/time.ts';
import { encodeTaxaSwap, nestArchive, readReferencePage } from '../../helpers/b3-archives.ts';
import { buildPayload, readRecorded, readRecordedText } from '../../helpers/recorded-payload.ts';
import { replayHttp } from '../../helpers/replay-http.ts';

function findKey(key: string): KeyDefinition {
  const found = b3Connector.keys.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no key ${key}`);
  return found;
}

function parseFile(
  key: string,
  session: Day,
  body: Uint8Array | string,
  overrides: Partial<Payload> = {},
): ParseResult {
  const window = { key, id: session, from: session, to: session };
  return b3Connector.parse(findKey(key), window, [buildPayload('file', body, overrides)]);
}

function listPoints({ rows }: ParseResult, key: string): CurvePointRow[] {
  return rows.filter((row): row is CurvePointRow => row.table === 'curve_points' && row.key === key);
}

function parseReplayed(session: Day): Promise<ParseResult> {
  const window = { key: 'DI1', id: session, from: session, to: session };
  return b3Connector
    .fetch(findKey('DI1'), window, replayHttp)
    .then((payloads) => b3Connector.parse(findKey('DI1'), window, payloads));
}

function readTable(path: string): Record<string, string>[] {
  return parseCsv(readRecordedText(path), { columns: true });
}

/** Basis points between two decimal fractions given as text. */
function basisPoints(a: string | null | undefined, b: string | number | null | undefined): number {
  return Math.abs(Number(a) - Number(b)) * 10_000;
}

describe('price report, recorded', () => {
  const reports = { '2023-02-02': 'SPRD230202', '2025-02-03': 'SPRD250203' } as const;

  it.each(Object.entries(reports))(
    'agrees with a second parse on every DI1 and DOL of %s',
    (session, name) => {
      const parsed = parseFile('DI1', session, readRecorded(`b3/recorded/${name}.zip`));
      expect(parsed.rejected).toEqual([]);
      const di1 = listPoints(parsed, 'DI1');
      const expectedDi1 = readTable(`b3/tables/pyield_futuro_${session}_DI1.csv`);
      expect(di1).toHaveLength(expectedDi1.length);
      for (const [index, expected] of expectedDi1.entries()) {
        const point = di1[index];
        expect(point?.vertex).toBe(expected['codigo_negociacao']);
        expect(point?.maturity).toBe(expected['data_vencimento']);
        expect(point?.businessDays).toBe(Number(expected['dias_uteis']));
        expect(point?.calendarDays).toBe(Number(expected['dias_corridos']));
        expect(Number(point?.price)).toBe(Number(expected['preco_ajuste']));
        expect(Number(point?.rate).toFixed(5)).toBe(Number(expected['taxa_ajuste']).toFixed(5));
      }
      const dol = listPoints(parsed, 'DOL');
      const expectedDol = readTable(`b3/tables/pyield_futuro_${session}_DOL.csv`);
      expect(dol.map(({ vertex, maturity, businessDays }) => [vertex, maturity, businessDays])).toEqual(
        expectedDol.map((row) => [
          row['codigo_negociacao'],
          row['data_vencimento'],
          Number(row['dias_uteis']),
        ]),
      );
      expect(dol.map(({ price }) => Math.round(Number(price) * 1e6))).toEqual(
        expectedDol.map((row) => Math.round(Number(row['preco_ajuste']) * 1e3)),
      );
    },
  );

  it('computes the rates of the report itself from DI1, DAP and DDI prices', () => {
    let compared = 0;
    for (const [session, name] of Object.entries(reports)) {
      const [file] = readArchive(readRecorded(`b3/recorded/${name}.zip`));
      const xml = new TextDecoder().decode(file?.bytes);
      const parsed = parseFile('DI1', session, readRecorded(`b3/recorded/${name}.zip`));
      for (const point of ['DI1', 'DAP', 'DDI'].flatMap((key) => listPoints(parsed, key))) {
        const block = xml.slice(xml.indexOf(`<TckrSymb>${point.vertex}</TckrSymb>`));
        const percent = /<AdjstdQtTax Ccy="BRL">([-\d.]+)</.exec(block)?.[1];
        // A price of two decimals moves the rate of a short contract by more than the rate's last digit.
        const tolerance = 0.06 + (0.005 / 100_000) * (360 / point.calendarDays) * 10_000;
        expect(basisPoints(point.rate, Number(percent) / 100), point.vertex).toBeLessThan(tolerance);
        compared += 1;
      }
    }
    expect(compared).toBe(195);
  });

  it('reads what B3 serves: the same file one zip deeper', () => {
    const inner = readRecorded('b3/recorded/SPRD250203.zip');
    const nested = zipSync({ 'SPRD250203.zip': inner });
    expect(parseFile('DI1', '2025-02-03', nested)).toEqual(parseFile('DI1', '2025-02-03', inner));
  });

  it('reads a full report as well: BVBG.186 names its root otherwise (constructed from the recorded one)', () => {
    const [file] = readArchive(readRecorded('b3/recorded/SPRD250203.zip'));
    const xml = new TextDecoder().decode(file?.bytes);
    expect(xml.slice(0, 2_000)).toContain('BVBG.187.01');
    const full = xml.replaceAll('BVBG.187.01', 'BVBG.186.01');
    const nested = nestArchive('PR250203.zip', 'BVBG.186.01_BV000328202502030328.xml', full);
    const inner = readRecorded('b3/recorded/SPRD250203.zip');
    expect(parseFile('DI1', '2025-02-03', nested)).toEqual(parseFile('DI1', '2025-02-03', inner));
  });

  it('quotes FRC as the rate it is and DOL in BRL per USD', () => {
    const parsed = parseFile('DI1', '2025-02-03', readRecorded('b3/recorded/SPRD250203.zip'));
    expect(listPoints(parsed, 'FRC')[0]).toMatchObject({
      curveId: 'CUPOM_CAMBIAL',
      vertex: 'FRCJ25',
      maturity: '2025-04-01',
      calendarDays: 57,
      rate: '0.0541',
      price: null,
      rateKind: 'linear360',
    });
    expect(listPoints(parsed, 'DOL')[0]).toMatchObject({
      curveId: 'USDBRL_FWD',
      vertex: 'DOLH25',
      rate: null,
      price: '5.847377',
      rateKind: 'forward_price',
    });
    expect(toIso(parsed.rows[0]?.releaseTime ?? 0)).toBe('2025-02-03T23:00:00.000Z');
  });

  it('refuses a report of another session', () => {
    const body = readRecorded('b3/recorded/SPRD250203.zip');
    expect(() => parseFile('DI1', '2025-02-04', body)).toThrow(SchemaDriftError);
  });
});

describe('price report, replayed from the weekly settlement table', () => {
  it('puts DI1 of 2021-01-04 within 0.6 bp of the PRE page at the common vertices', async () => {
    const di1 = listPoints(await parseReplayed('2021-01-04'), 'DI1');
    const page = new Map(
      readReferencePage('PRE', '2021-01-04').map((vertex) => [vertex.calendarDays, vertex.percent]),
    );
    const common = di1.filter(({ calendarDays }) => page.has(calendarDays));
    expect(common.length).toBeGreaterThanOrEqual(23);
    for (const { calendarDays, rate, vertex } of common) {
      const percent = Number(page.get(calendarDays)?.replace(',', '.'));
      expect(basisPoints(rate, percent / 100), vertex).toBeLessThan(0.6);
    }
  });

  it('gives FRC as the forward between DDI prices from the first maturity', async () => {
    const parsed = await parseReplayed('2021-01-04');
    const ddi = new Map(listPoints(parsed, 'DDI').map((point) => [point.maturity, point]));
    const [first] = [...ddi.values()];
    const frc = listPoints(parsed, 'FRC');
    expect(frc).toHaveLength(35);
    for (const { maturity, calendarDays, rate, vertex } of frc) {
      const days = calendarDays - (first?.calendarDays ?? 0);
      const forward = ((Number(first?.price) / Number(ddi.get(maturity)?.price) - 1) * 360) / days;
      expect(basisPoints(rate, forward), vertex).toBeLessThan(0.06);
    }
  });

  it('shows that DDI is dirty: −11.3 % where the clean cupom is 0.75 %', async () => {
    const ddi = listPoints(await parseReplayed('2021-01-04'), 'DDI');
    const clean = readReferencePage('DOC', '2021-01-04').find(({ calendarDays }) => calendarDays === 28);
    expect(Number(ddi.find(({ vertex }) => vertex === 'DDIG21')?.rate)).toBeCloseTo(-0.113, 3);
    expect(clean?.percent).toBe('0,75');
  });

  it('rejects the contract that matures on the trade date', async () => {
    const { rejected } = await parseReplayed('2021-01-04');
    expect(rejected.map(({ key, reason }) => [key, reason])).toContainEqual([
      'DI1',
      'matures on the trade date',
    ]);
  });

  it('takes the empty zip of a day without session for no rows', async () => {
    expect(await parseReplayed('2021-01-05')).toEqual({ rows: [], rejected: [] });
  });
});

describe('contracts', () => {
  it.each([
    ['DI1H25', '2025-02-03', '2025-03-05', 20],
    ['DI1F25', '2023-02-02', '2025-01-02', 480],
    ['DAPG25', '2025-02-03', '2025-02-17', 10],
    ['DOLH23', '2023-02-02', '2023-03-01', 17],
  ])('%s on %s expires on %s, %i business days later', (ticker, tradeDate, maturity, businessDays) => {
    expect(describeContract(ticker, tradeDate)).toMatchObject({ maturity, businessDays });
  });

  it('counts with the holiday list in force on the trade date', () => {
    const before = describeContract('DI1F30', '2023-12-22');
    const after = describeContract('DI1F30', '2023-12-26');
    // One business day apart, and 20 November of 2024, 2025, 2026, 2028 and 2029 falls on a weekday.
    expect(before.businessDays - after.businessDays).toBe(1 + 5);
  });

  it('knows futures from options, rolls and other families', () => {
    expect(['DI1F25', 'FRCG22', 'DAPK35'].every(isFutureTicker)).toBe(true);
    expect(['DI1F25C012', 'DI1A25', 'WDOF25', 'DIIF25', 'DOLF25G25', ''].some(isFutureTicker)).toBe(false);
  });
});

describe('archives', () => {
  const recorded = readRecorded('b3/recorded/SPRD230202.zip');

  it('opens a zip behind a program, whatever its directory counts from', () => {
    const files = readArchive(nestArchive('TS141212.ex_', 'TaxaSwap.txt', 'a line', 40));
    expect(files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])).toEqual([
      ['TaxaSwap.txt', 'a line'],
    ]);
  });

  it.each([
    ['a cut zip', recorded.slice(0, 30_000)],
    ['no bytes', new Uint8Array()],
    ['other bytes', new TextEncoder().encode('Service unavailable')],
    ['a cut zip inside', zipSync({ 'SPRD230202.zip': recorded.slice(0, 30_000) })],
    ['a page', new TextEncoder().encode('<html><body>Request rejected</body></html>')],
  ])('asks again after %s', (_, body) => {
    expect(() => parseFile('DI1', '2023-02-02', body)).toThrow(TransientError);
  });

  it('reports an archive without the data file and a refusal', () => {
    expect(() => parseFile('DI1', '2023-02-02', zipSync({ 'readme.pdf': recorded }))).toThrow(
      SchemaDriftError,
    );
    expect(() => parseFile('DI1', '2023-02-02', 'Forbidden', { status: 403 })).toThrow(PermanentError);
  });
});

describe('TaxaSwap', () => {
  const recorded = readRecordedText('b3/recorded/TaxaSwap.txt');

  it('reads the recorded layout and skips curves we do not keep', () => {
    const archive = nestArchive('TS141212.ex_', 'TaxaSwap.txt', recorded, 40);
    expect(parseFile('PRE', '2014-12-12', archive)).toEqual({ rows: [], rejected: [] });
  });

  it('gives all 348 recorded vertices when their curve is one we keep (constructed: code APR replaced)', () => {
    const archive = nestArchive('TS141212.ex_', 'TaxaSwap.txt', recorded.replaceAll('T1APR', 'T1PRE'));
    const points = listPoints(parseFile('PRE', '2014-12-12', archive), 'PRE');
    expect(points).toHaveLength(348);
    expect(points[0]).toMatchObject({
      curveId: 'DI_PRE',
      date: '2014-12-12',
      vertex: '1',
      maturity: '2014-12-15',
      calendarDays: 3,
      businessDays: 1,
      rate: '0.115900000',
      rateKind: 'zero',
    });
  });

  it('splits PRE, DIC and DOC (constructed from the reference pages of 2021-01-04)', () => {
    const session = '2021-01-04';
    const curves = ['PRE', 'DIC', 'DOC'] as const;
    const text = curves.flatMap((curve) => encodeTaxaSwap(curve, session)).join('\r\n');
    const parsed = parseFile('PRE', session, nestArchive('TS210104.ex_', 'TaxaSwap.txt', `${text}\r\n`));
    expect(parsed.rejected).toEqual([]);
    const ids = { PRE: 'DI_PRE', DIC: 'DI_IPCA', DOC: 'CUPOM_CAMBIAL' };
    for (const curve of curves) {
      const page = readReferencePage(curve, session);
      const points = listPoints(parsed, curve);
      expect(points).toHaveLength(page.length);
      for (const [index, { calendarDays, percent }] of page.entries()) {
        const point = points[index];
        expect(point?.curveId).toBe(ids[curve]);
        expect(point?.maturity).toBe(addDays(session, calendarDays));
        expect(Number(point?.rate) * 100).toBeCloseTo(Number(percent.replace('.', '').replace(',', '.')), 9);
      }
    }
    expect(listPoints(parsed, 'DIC')[1]?.rate).toBe('-0.239000000');
    expect(listPoints(parsed, 'DOC')[0]?.rate).toBe('5.829100000');
  });

  it.each([
    ['a line of another width', recorded.replace('M00005', 'M0005')],
    ['a file of another session', recorded.replaceAll('20141212', '20141211')],
  ])('reports %s', (_, text) => {
    expect(() => parseFile('PRE', '2014-12-12', nestArchive('TS141212.ex_', 'TaxaSwap.txt', text))).toThrow(
      SchemaDriftError,
    );
  });
});

describe('Tesouro (constructed: the documented columns, one line per case)', () => {
  const header =
    'Tipo Titulo;Data Vencimento;Data Base;Taxa Compra Manha;Taxa Venda Manha;PU Compra Manha;PU Venda Manha;PU Base Manha';
  const lines = [
    header,
    'Tesouro IPCA+;15/05/2035;04/01/2021;3,42;3,54;1976,51;1943,84;1943,12',
    'Tesouro IPCA+;15/08/2024;04/01/2021;0,00;1,61;0,00;3170,77;3169,80',
    'Tesouro IPCA+ com Juros Semestrais;15/05/2035;04/01/2021;3,28;3,40;4500,00;4450,00;4449,00',
    'Tesouro Prefixado;01/01/2024;04/01/2021;5,55;5,67;850,00;847,00;846,00',
    'Tesouro IPCA+;15/05/2045;05/01/2021;3,80;3,92;1328,00;1290,00;1289,00',
    '',
  ];
  const window = { key: 'TESOURO', id: 'all', from: '2004-12-31', to: '2021-01-04' };

  function parse(text: string): ParseResult {
    return b3Connector.parse(findKey('TESOURO'), window, [buildPayload('file', text)]);
  }

  it('keeps NTN-B Principal on offer, released a business day later', () => {
    const { rows, rejected } = parse(lines.join('\r\n'));
    expect(rows).toEqual([
      {
        table: 'curve_points',
        key: 'TESOURO',
        curveId: 'NTN_B_REAL',
        date: '2021-01-04',
        vertex: '2035-05-15',
        maturity: '2035-05-15',
        calendarDays: 5244,
        businessDays: 3607,
        rate: '0.0342',
        price: null,
        rateKind: 'yield',
        vintageAt: null,
        releaseTime: Date.parse('2021-01-05T21:00:00Z'),
        releaseBasis: 'lag_rule',
      },
    ]);
    expect(rejected.map(({ reason }) => reason)).toEqual(['no rate on offer']);
  });

  it('reads Windows-1252 and accents in the titles', () => {
    const text = lines.join('\n').replace('Tipo Titulo', 'Tipo Título');
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    expect(b3Connector.parse(findKey('TESOURO'), window, [buildPayload('file', bytes)]).rows).toHaveLength(1);
  });

  it.each([
    ['another column', lines.join('\n').replace('Taxa Compra Manha', 'Taxa Compra'), SchemaDriftError],
    ['an unreadable date', lines.join('\n').replace('15/05/2035', '35/05/2035'), SchemaDriftError],
    ['a line with a column less', lines.join('\n').replace(';1943,12', ''), SchemaDriftError],
    ['a cut last line', lines.slice(0, -1).join('\n').slice(0, -12), TransientError],
    ['a page', '<!DOCTYPE html><html></html>', TransientError],
  ])('refuses %s', (_, text, error) => {
    expect(() => parse(text)).toThrow(error);
  });
});

describe('windows', () => {
  const range = { from: '2021-01-04', to: '2021-01-31', today: '2026-11-23' };

  it('asks one file per session of the range and the ten before it', () => {
    const windows = b3Connector.windows(findKey('DI1'), { ...range, mode: 'history' });
    expect(windows).toHaveLength(10 + 19);
    expect(windows[0]).toEqual({ key: 'DI1', id: '2020-12-15', from: '2020-12-15', to: '2020-12-15' });
    expect(windows.map(({ id }) => id)).not.toContain('2021-01-25');
    expect(windows.at(-1)?.id).toBe('2021-01-29');
  });

  it('looks back ten sessions in a daily run and marks a file that may not be out', () => {
    const request = { from: '2021-01-08', to: '2021-01-08', today: '2021-01-11', mode: 'recent' } as const;
    const ids = b3Connector.windows(findKey('PRE'), request).map(({ id }) => id);
    expect(ids).toHaveLength(10);
    expect(ids.at(-1)).toBe('2021-01-08');
    const sameDay = b3Connector.windows(findKey('PRE'), { ...request, today: '2021-01-08' }).at(-1);
    expect(sameDay).toEqual({ key: 'PRE', id: '2021-01-08-early', from: '2021-01-08', to: '2021-01-08' });
  });

  it('asks nothing for the keys that arrive with another file', () => {
    for (const key of ['DAP', 'DDI', 'FRC', 'DOL', 'DIC', 'DOC']) {
      expect(b3Connector.windows(findKey(key), { ...range, mode: 'history' })).toEqual([]);
    }
  });

  it('asks the file names of B3', async () => {
    const asked: string[] = [];
    const http = {
      ...replayHttp,
      get: (request: Parameters<typeof replayHttp.get>[0]) => {
        asked.push(request.url);
        return replayHttp.get(request);
      },
    };
    const window = { key: 'x', id: 'x', from: '2021-01-04', to: '2021-01-04' };
    for (const key of ['DI1', 'PRE', 'TESOURO']) await b3Connector.fetch(findKey(key), window, http);
    expect(asked.slice(0, 2)).toEqual([
      'https://www.b3.com.br/pesquisapregao/download?filelist=SPRD210104.zip',
      'https://www.b3.com.br/pesquisapregao/download?filelist=TS210104.ex_',
    ]);
    expect(asked[2]).toMatch(/^https:\/\/www\.tesourotransparente\.gov\.br\/.*precotaxatesourodireto\.csv$/);
  });
});
