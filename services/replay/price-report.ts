/** The fields of one contract that a table knows; the others are left out of the report. */
export interface PriceRow {
  readonly ticker: string;
  /** Contracts. */
  readonly OpnIntrst?: string | undefined;
  /** Number of trades. */
  readonly RglrTxsQty?: string | undefined;
  /** Settlement price: a PU, points, or BRL per USD 1000. */
  readonly AdjstdQt?: string | undefined;
  /** Settlement rate, percent. */
  readonly AdjstdQtTax?: string | undefined;
  readonly PrvsAdjstdQt?: string | undefined;
  readonly PrvsAdjstdQtTax?: string | undefined;
}

const COUNTS = ['OpnIntrst', 'RglrTxsQty'] as const;
const QUOTES = ['AdjstdQt', 'AdjstdQtTax', 'PrvsAdjstdQt', 'PrvsAdjstdQtTax'] as const;
const XMLNS_INSTANCE =
  'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/**
 * A price report in the structure of the recorded BVBG.187.01 files, built from a table of settlement prices. Message
 * ids, clocks and contract ids are left out: no table holds them.
 */
export function buildPriceReport(date: string, source: string, rows: readonly PriceRow[]): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<!-- re-encoded from ${source.replaceAll('--', '- -')}: fields the table lacks are left out -->`,
    `<Document ${XMLNS_INSTANCE} xsi:schemaLocation="urn:bvmf.052.01.xsd bvmf.052.01.xsd" xmlns="urn:bvmf.052.01.xsd">`,
    '  <BizFileHdr>',
    '    <Xchg>',
    '      <BizGrpDesc>',
    '        <BizGrpDtls>',
    `          <TtlNbOfMsg>${rows.length}</TtlNbOfMsg>`,
    '          <BizGrpTp>BVBG.187.01</BizGrpTp>',
    '        </BizGrpDtls>',
    '        <MsgTpDef>',
    '          <MsgDefIdr>BVMF.217.01</MsgDefIdr>',
    `          <NbOfMsg>${rows.length}</NbOfMsg>`,
    '        </MsgTpDef>',
    '      </BizGrpDesc>',
    ...rows.map((row) => buildMessage(date, row)),
    '    </Xchg>',
    '  </BizFileHdr>',
    '</Document>',
    '',
  ].join('\n');
}

function buildMessage(date: string, row: PriceRow): string {
  return [
    '      <BizGrp>',
    `        <Document ${XMLNS_INSTANCE} xmlns="urn:bvmf.217.01.xsd">`,
    '          <PricRpt>',
    '            <TradDt>',
    `              <Dt>${date}</Dt>`,
    '            </TradDt>',
    '            <SctyId>',
    `              <TckrSymb>${row.ticker}</TckrSymb>`,
    '            </SctyId>',
    '            <FinInstrmId>',
    '              <PlcOfListg>',
    '                <MktIdrCd>BVMF</MktIdrCd>',
    '              </PlcOfListg>',
    '            </FinInstrmId>',
    '            <TradDtls/>',
    '            <FinInstrmAttrbts>',
    ...COUNTS.flatMap((name) => buildField(name, '', row[name])),
    ...QUOTES.flatMap((name) => buildField(name, ' Ccy="BRL"', row[name])),
    '            </FinInstrmAttrbts>',
    '          </PricRpt>',
    '        </Document>',
    '      </BizGrp>',
  ].join('\n');
}

function buildField(name: string, attributes: string, text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : [`              <${name}${attributes}>${text}</${name}>`];
}
