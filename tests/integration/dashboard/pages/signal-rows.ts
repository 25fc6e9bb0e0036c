import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Database } from '../../../../shared/db/client.ts';
import {
  materializations,
  observations,
  payloadBodies,
  payloads,
  silverCurvePoint,
  silverMacro,
  silverPrice,
} from '../../../../shared/db/schema.ts';
import { registerSeries } from '../../../../shared/db/series.ts';
import { storeReports, type ReportRecord, type SignalRecord } from '../../../../shared/db/signals.ts';
import type { AgentName } from '../../../../shared/pipeline/graph.ts';
import { listWeekdays } from '../../../../shared/time.ts';
import { vintage } from './data-rows.ts';

const taskId = randomUUID();
/** The answer that the value of the signals came with, as the archive holds it. */
export const BODY = '[{"data":"01/05/2022","valor":"0.47"}]';

/** SHA-256 of `BODY`. */
export const BODY_HASH = createHash('sha256').update(BODY).digest('hex');

const INPUT = { key: 'BR_IPCA_MOM', lastPeriod: '2022-05', releaseTime: '2022-06-09T12:00:00.000Z' };

const COMPOSITE = {
  key: 'FX_BR_COMPOSITE',
  lastPeriod: null,
  releaseTime: null,
  from: { agent: 'agent_fx_equilibrium' as const, kind: 'signal' as const },
};

const signal = (signalId: string, fields: Partial<SignalRecord> = {}): SignalRecord => ({
  signalId,
  axis: 'USDBRL',
  direction: 'LONG',
  strength: 'STRONG',
  confidence: 0.8,
  value: 1.25,
  unit: 'z',
  horizonDays: 21,
  status: 'OK',
  reason: null,
  inputs: [INPUT],
  proxies: [],
  metadata: {},
  ...fields,
});

const report = (agent: AgentName, partition: string, signals: SignalRecord[]): ReportRecord => ({
  agent,
  partition,
  modelVersion: '1',
  status: 'complete',
  coverage: 0.5,
  narrative: `${agent} on ${partition}\nConclusion: FX_BR_COMPOSITE LONG`,
  outputs: { fair_value: 4.87, beer: { value: 1.23456789, trades: [{ size: 1 }], missing: null } },
  outputSources: [
    { path: 'fair_value', units: { '*': 'brl_per_usd' }, inputs: [INPUT] },
    { path: 'beer', units: { value: 'pp', size: 'of_full_size' }, inputs: [COMPOSITE] },
  ],
  diagnostics: {},
  dataQualityFlags: ['BR_IPCA15_MOM level: no observations'],
  signals,
});

const reportsOf = (partition: string): ReportRecord[] => [
  report('agent_inflation', partition, [
    signal('INFLATION_BR_COMPOSITE', { direction: 'SHORT', strength: 'WEAK', confidence: 0.3 }),
  ]),
  report('agent_fx_equilibrium', partition, [
    signal('FX_BR_COMPOSITE'),
    signal('FX_BR_BEER', {
      direction: 'NEUTRAL',
      strength: 'NO_SIGNAL',
      confidence: 0,
      value: null,
      status: 'INSUFFICIENT_DATA',
      reason: 'no terms of trade',
      inputs: [],
    }),
  ]),
];

async function storeInput(db: Database): Promise<void> {
  await db.insert(payloadBodies).values({ sha256: BODY_HASH, bodyGzip: gzipSync(BODY) });
  const [payload] = await db
    .insert(payloads)
    .values({
      provider: 'bcb_sgs',
      key: 'BR_IPCA_MOM',
      windowId: 'all',
      part: 'observations',
      url: 'https://api.bcb.gov.br/dados/serie/bcdata.sgs.433/dados',
      status: 200,
      contentType: 'application/json',
      sha256: BODY_HASH,
      bytes: BODY.length,
      fetchedAt: new Date('2022-06-09T12:05:00Z'),
      taskId,
    })
    .returning();
  await db.insert(observations).values({
    key: 'BR_IPCA_MOM',
    date: '2022-05-01',
    value: '0.47',
    payloadId: payload!.id,
    ...vintage(INPUT.releaseTime),
  });
  await db.insert(silverMacro).values({
    seriesKey: 'BR_IPCA_MOM',
    transform: 'level',
    period: '2022-05',
    periodStart: '2022-05-01',
    knownAt: new Date(INPUT.releaseTime),
    value: 0.47,
    unit: 'percent_per_month',
    inputs: 'BR_IPCA_MOM[2022-05] r0',
  });
}

/** Stores reports of two agents on two partitions, the prices beside them, and what they were made of. */
export async function storeSignals(db: Database): Promise<void> {
  await registerSeries(db);
  await storeInput(db);
  await db.transaction((tx) =>
    storeReports(tx, [...reportsOf('2022-06-23'), ...reportsOf('2022-06-24')], taskId),
  );
  await db.insert(materializations).values(
    (['silver_macro', 'agent_fx_equilibrium'] as const).map((asset) => ({
      asset,
      partition: '2022-06-24',
      state: 'fresh',
      rows: 3,
      taskId,
      runId: randomUUID(),
      codeVersion: '1',
      cutoff: new Date('2022-06-27T09:00:00Z'),
    })),
  );
  const day = { sessionDate: '2022-06-23', knownAt: new Date('2022-06-23T21:00:00Z') };
  await db.insert(silverPrice).values(
    [
      { instrument: 'USDBRL_PTAX', unit: 'brl_per_usd', price: 5.19 },
      { instrument: 'IBOVESPA', unit: 'index_points', price: 98_080.34 },
    ].map((price) => ({ ...day, ...price, field: 'close', close: price.price, flags: [], inputs: '' })),
  );
  await db.insert(silverCurvePoint).values({
    curveId: 'DI_PRE',
    curveDate: '2022-06-23',
    tenor: '1Y',
    calendarDays: 365,
    businessDays: 252,
    knownAt: day.knownAt,
    value: 0.1364,
    valueKind: 'zero_rate',
    method: 'flat_forward',
  });
}

/** Partitions of `storeLongRecord`: fourteen moves of a session, none of which overlaps another. */
export const LONG_RECORD = { from: '2021-01-04', to: '2021-01-21' };

/** Stores a signal that was right on all partitions of `LONG_RECORD`, and the prices that say so. */
export async function storeLongRecord(db: Database): Promise<void> {
  const said = signal('FX_BR_FLOW', { horizonDays: 1, inputs: [] });
  await db.transaction((tx) =>
    storeReports(
      tx,
      listWeekdays(LONG_RECORD.from, LONG_RECORD.to).map((day) =>
        report('agent_fx_equilibrium', day, [said]),
      ),
      taskId,
    ),
  );
  await db.insert(silverPrice).values(
    listWeekdays('2021-01-04', '2021-01-29').map((sessionDate, index) => ({
      sessionDate,
      knownAt: new Date(`${sessionDate}T21:00:00Z`),
      instrument: 'USDBRL_PTAX',
      unit: 'brl_per_usd',
      price: 5 * 1.01 ** index,
      field: 'close',
      close: 5 * 1.01 ** index,
      flags: [],
      inputs: '',
    })),
  );
}
