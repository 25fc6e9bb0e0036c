import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeNarrative } from '../../../services/agents/framework/narrative.ts';
import { storeReports, type ReportRecord } from '../../../shared/db/signals.ts';
import { macro as runMacro } from '../../helpers/macro.ts';
import { startApi, type RunningApi } from '../api/running-api.ts';

const TASK = '00000000-0000-4000-8000-000000000001';

let api: RunningApi;

function makeReport(modelVersion: string, value: number): ReportRecord {
  const signals = [
    {
      signalId: 'INFLATION_BR_PHILLIPS',
      axis: 'BR_INFLATION',
      direction: value > 0 ? 'LONG' : 'SHORT',
      strength: 'MODERATE',
      confidence: 0.6,
      value,
      unit: 'percent',
      horizonDays: 252,
      status: 'OK',
      reason: null,
      inputs: [],
      proxies: [],
      metadata: {},
    },
  ] as const;
  const head = {
    agent: 'agent_inflation',
    partition: '2022-06-24',
    status: 'complete',
    coverage: 1,
  } as const;
  const narrative = writeNarrative({
    ...head,
    signals: signals.map((signal) => ({ ...signal, axis: 'BR_INFLATION', highlights: [] })),
    notes: ['IPCA 12 months 11.73 % (2022-05)'],
  });
  return {
    ...head,
    modelVersion,
    narrative,
    outputs: {},
    outputSources: [],
    diagnostics: {},
    dataQualityFlags: [],
    signals,
  };
}

beforeAll(async () => {
  api = await startApi();
  for (const report of [makeReport('1', 7.1), makeReport('2', -1)])
    await api.db.transaction((tx) => storeReports(tx, [report], TASK));
});
afterAll(() => api.close());

const macro = (...words: string[]): Promise<string[]> => runMacro(api.url, ...words);

it('shows a report, the newest by default, without colours in a pipe', async () => {
  const lines = await macro('report', 'inflation', '2022-06-24');
  expect(lines[0]).toBe('inflation · 2022-06-24 · complete · coverage 1.00 · model version 1 · revision 0');
  expect(lines).toContain('INFLATION_BR_PHILLIPS  LONG       MODERATE    0.6  7.1 percent  OK');
  expect(lines).toContain('IPCA 12 months 11.73 % (2022-05)');
  expect(lines.at(-1)).toBe('Other model versions: 2 (--compare)');
  expect(await macro('report', 'agent_inflation')).toEqual(lines);
  const other = await macro('report', 'inflation', '--version', '2');
  expect(other[0]).toContain('model version 2');
});

it('compares model versions, of a report and of signals', async () => {
  const expected = expect.stringMatching(
    /^2022-06-24 +INFLATION_BR_PHILLIPS +LONG 0\.6 +7\.1 +SHORT 0\.6 +-1 +-8\.1$/,
  );
  expect(await macro('report', 'inflation', '2022-06-24', '--compare', '2')).toContainEqual(expected);
  expect(await macro('signals', '2022-06-24', '--compare', '2')).toContainEqual(expected);
});

it('prints JSON when asked, and fails with the words of the API', async () => {
  const report = JSON.parse((await macro('--json', 'report', 'inflation')).join('\n')) as {
    outputs: unknown;
  };
  expect(report).toMatchObject({ modelVersion: '1', versions: ['1', '2'], outputs: {} });
  await expect(macro('report', 'inflation', '2022-06-24', '--version', '3')).rejects.toThrow(
    'agent_inflation has no report of model version 3 for 2022-06-24 (there is version 1, 2)',
  );
});
