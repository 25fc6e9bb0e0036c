import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { EMPTY_ZIP } from '../../../services/replay/b3.ts';
import { ask, readBody, REPLAY_FOLDER } from './replay-data.ts';

const askB3 = (filelist: string) => ask(`https://www.b3.com.br/pesquisapregao/download?filelist=${filelist}`);

function openOuter(body: string | Uint8Array): { names: string[]; inner: Uint8Array } {
  if (typeof body === 'string') throw new Error('expected bytes');
  const files = unzipSync(body);
  const inner = Object.values(files)[0];
  if (inner === undefined) throw new Error('the outer archive is empty');
  return { names: Object.keys(files), inner };
}

function readReport(body: string | Uint8Array): { name: string; xml: string } {
  const [[name, bytes] = ['', new Uint8Array()]] = Object.entries(unzipSync(openOuter(body).inner));
  return { name, xml: new TextDecoder().decode(bytes) };
}

function readContract(xml: string, ticker: string): string {
  const message = xml.split('<PricRpt>').find((part) => part.includes(`<TckrSymb>${ticker}</TckrSymb>`));
  return (
    /<FinInstrmAttrbts>([\s\S]*?)<\/FinInstrmAttrbts>/
      .exec(message ?? '')?.[1]
      ?.replace(/\s+/g, ' ')
      .trim() ?? ''
  );
}

describe('B3 price report', () => {
  it('wraps the recorded inner archive, byte for byte, into an outer one', () => {
    const answer = askB3('SPRD230202.zip,');
    const outer = openOuter(answer.body);
    expect(outer.names).toEqual(['SPRD230202.zip']);
    expect(Buffer.from(outer.inner).equals(readFileSync(`${REPLAY_FOLDER}/b3/recorded/SPRD230202.zip`))).toBe(
      true,
    );
    expect(readContract(readReport(answer.body).xml, 'DI1F25')).toContain(
      '<AdjstdQt Ccy="BRL">79268.97</AdjstdQt>',
    );
    expect(answer.headers['x-replay-marked']).toBeUndefined();
  });

  it('builds the sessions of the weekly table in the same structure, without what the table lacks', () => {
    const answer = askB3('SPRD210104.zip');
    const { name, xml } = readReport(answer.body);
    expect(name).toBe('BVBG.187.01_REENCODED_20210104.xml');
    expect(answer.headers).toMatchObject({
      'x-replay-marked': 're-encoded',
      'x-replay-recorded': '2021-01-04/2021-01-04',
    });
    expect(xml.match(/<PricRpt>/g)).toHaveLength(190);
    expect(xml).toContain('<Dt>2021-01-04</Dt>');
    expect(xml).toContain('<BizGrpTp>BVBG.187.01</BizGrpTp>');
    expect(readContract(xml, 'DAPF21')).toBe(
      '<AdjstdQt Ccy="BRL">100404.99</AdjstdQt> <PrvsAdjstdQt Ccy="BRL">100340.92</PrvsAdjstdQt>',
    );
    expect(readContract(xml, 'FRCJ21')).toMatch(
      /^<AdjstdQtTax Ccy="BRL">-?\d+(\.\d{1,2})?<\/AdjstdQtTax> <PrvsAdjstdQtTax/,
    );
    expect(xml).not.toMatch(/\d\.\d{4,}/);
  });

  it('recovers the DI curve of the day from the prices', () => {
    const { xml } = readReport(askB3('SPRD210104.zip').body);
    const price = Number(/<AdjstdQt Ccy="BRL">([\d.]+)</.exec(readContract(xml, 'DI1F22'))?.[1]);
    const businessDays = 250;
    expect((100_000 / price) ** (252 / businessDays) - 1).toBeCloseTo(0.0287, 3);
  });

  it('gives rates only where the table of 2026 has only rates', () => {
    const { xml } = readReport(askB3('SPRD260102.zip').body);
    expect(readContract(xml, 'DI1G26')).toBe(
      '<OpnIntrst>1022524</OpnIntrst> <RglrTxsQty>155</RglrTxsQty> <AdjstdQtTax Ccy="BRL">14.898</AdjstdQtTax>',
    );
  });

  it('sends the 22-byte archive for every other date and file', () => {
    expect(EMPTY_ZIP).toHaveLength(22);
    for (const name of ['SPRD210105.zip', 'PR210105.zip', 'TS210104.ex_', 'nonsense', '']) {
      const answer = askB3(name);
      expect([answer.status, answer.body, answer.headers['x-replay-outcome']]).toEqual([
        200,
        EMPTY_ZIP,
        'not-recorded',
      ]);
    }
  });

  it('gives the same bytes every time', () => {
    expect(askB3('SPRD220620.zip').body).toEqual(askB3('SPRD220620.zip').body);
  });
});

describe('Tesouro Transparente', () => {
  it('has a header row and no recording', () => {
    const answer = ask(
      'https://www.tesourotransparente.gov.br/ckan/dataset/df56aa42/resource/796d2059/download/precotaxatesourodireto.csv',
    );
    expect(readBody(answer).trim().split(';')).toHaveLength(8);
    expect(answer.headers['x-replay-outcome']).toBe('not-recorded');
  });
});
