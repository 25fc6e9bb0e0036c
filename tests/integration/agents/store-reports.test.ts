import { randomUUID } from 'node:crypto';
import { asc } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { createReader } from '../../../shared/db/reader.ts';
import { agentReports, signals } from '../../../shared/db/schema.ts';
import { storeReports, type ReportRecord } from '../../../shared/db/signals.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let handle: DatabaseHandle;

beforeAll(async () => {
  world = await createWorld();
  handle = openDatabase(world.databaseUrl, { name: 'test', max: 2 });
});

afterAll(async () => {
  await handle?.close();
  await world?.close();
});

const report = (partition: string, value: number): ReportRecord => ({
  agent: 'agent_inflation',
  partition,
  modelVersion: '1',
  status: 'complete',
  coverage: 1,
  narrative: `value ${value}\nwith "quotes"`,
  outputs: { expected: { value, missing: NaN } },
  outputSources: [],
  diagnostics: {},
  dataQualityFlags: ['BR_IPCA_MOM: "late", {really}'],
  signals: [
    {
      signalId: 'A',
      axis: 'BR_INFLATION',
      direction: 'LONG',
      strength: 'STRONG',
      confidence: 0.9,
      value,
      unit: 'pp',
      horizonDays: 63,
      status: 'OK',
      reason: null,
      inputs: [],
      proxies: [],
      metadata: { list: [1, null], text: 'x' },
    },
  ],
});

const store = (...reports: ReportRecord[]) =>
  handle.db.transaction((tx) => storeReports(tx, reports, randomUUID()));

describe('storeReports', () => {
  it('writes a report and its signals once, and a new revision of both only for other content', async () => {
    expect(await store(report('2021-01-04', 1), report('2021-01-05', 1))).toEqual({
      rows: 4,
      partitions: ['2021-01-04', '2021-01-05'],
    });
    expect(await store(report('2021-01-04', 1), report('2021-01-05', 1))).toEqual({
      rows: 0,
      partitions: [],
    });
    expect(await store(report('2021-01-04', 1), report('2021-01-05', 2))).toEqual({
      rows: 2,
      partitions: ['2021-01-05'],
    });
    expect(await store(report('2021-01-05', 2))).toMatchObject({ rows: 0 });
    // Back to an earlier content is a change as well.
    expect(await store(report('2021-01-05', 1))).toMatchObject({ rows: 2 });

    const reports = await handle.db
      .select()
      .from(agentReports)
      .orderBy(asc(agentReports.partition), asc(agentReports.revision));
    expect(reports.map(({ partition, revision }) => `${partition} ${revision}`)).toEqual([
      '2021-01-04 0',
      '2021-01-05 0',
      '2021-01-05 1',
      '2021-01-05 2',
    ]);
    expect(reports[0]).toMatchObject({
      narrative: 'value 1\nwith "quotes"',
      outputs: { expected: { value: 1, missing: null } },
      dataQualityFlags: ['BR_IPCA_MOM: "late", {really}'],
    });
    const rows = await handle.db
      .select()
      .from(signals)
      .orderBy(asc(signals.partition), asc(signals.revision));
    expect(rows.map(({ value }) => value)).toEqual([1, 1, 2, 1]);
    expect(rows[0]).toMatchObject({ inputs: [], proxies: [], metadata: { list: [1, null], text: 'x' } });
  });

  it('gives the agents downstream the newest revision', async () => {
    await store(report('2021-02-01', 1));
    await store(report('2021-02-01', 3));
    const read = await createReader(handle.db, 'agent_fiscal').reports(
      'agent_inflation',
      '2021-02-01',
      '2021-02-01',
    );
    expect(read).toHaveLength(1);
    expect(read[0]).toMatchObject({
      outputs: { expected: { value: 3 } },
      signals: [{ signalId: 'A', value: 3 }],
    });
  });
});
