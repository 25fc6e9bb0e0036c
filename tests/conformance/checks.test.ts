import { beforeAll, describe, expect, it } from 'vitest';
import { createConnectors } from '../../shared/connectors/registry.ts';
import type { Connector, FetchWindow, KeyDefinition } from '../../shared/connectors/connector.ts';
import type { Asked, Candidate } from '../../shared/checks/check.ts';
import { sortCandidates } from '../../shared/checks/measure.ts';
import { collectSide } from '../../shared/checks/reconcile.ts';
import { describeSide, listCounterparts } from '../../shared/checks/reconciliations.ts';
import { runChecks, type CheckedKey, type CheckResult } from '../../shared/checks/run-checks.ts';
import { encodeTaxaSwap, nestArchive } from '../helpers/b3-archives.ts';
import { AFTERWARDS, buildPayload } from '../helpers/recorded-payload.ts';
import { replayHttp } from '../helpers/replay-http.ts';

const connectors = createConnectors({ fredApiKey: 'a'.repeat(32) });
const REQUEST = { from: '2010-01-01', to: '2026-11-20', mode: 'history', today: '2026-11-23' } as const;

/** Days of which all three reference pages are recorded. */
const PAGE_DAYS = ['2021-01-04', '2023-01-02', '2025-01-02'];

interface Recorded {
  readonly key: KeyDefinition;
  readonly candidates: Candidate[];
  readonly spans: (readonly [from: string, to: string])[];
}

const recorded = new Map<string, Recorded>();
const checked = new Map<string, CheckedKey>();
let payloadId = 0;

function collect(
  connector: Connector,
  key: KeyDefinition,
  window: FetchWindow,
  payloads: Parameters<Connector['parse']>[2],
) {
  payloadId += 1;
  const span =
    payloads.find(({ replay }) => replay?.recorded !== undefined)?.replay?.recorded?.split('/') ?? [];
  for (const row of connector.parse(key, window, payloads).rows) {
    const definition = connector.keys.find((candidate) => candidate.key === row.key) ?? key;
    const known = recorded.get(row.key) ?? { key: definition, candidates: [], spans: [] };
    recorded.set(row.key, known);
    known.candidates.push({ row, payloadId, seenAt: AFTERWARDS });
    known.spans.push([span[0] ?? window.from, span[1] ?? window.to]);
  }
}

/** Constructed from B3's reference pages: no file with these curves is recorded. */
function collectPages(day: string): void {
  const { b3 } = connectors;
  const key = b3.keys.find((candidate) => candidate.key === 'PRE');
  if (key === undefined) throw new Error('no key PRE');
  const lines = (['PRE', 'DIC', 'DOC'] as const).flatMap((curve) => encodeTaxaSwap(curve, day));
  const archive = nestArchive('TS.ex_', 'TaxaSwap.txt', `${lines.join('\r\n')}\r\n`);
  collect(b3, key, { key: 'PRE', id: day, from: day, to: day }, [buildPayload('file', archive)]);
}

function checkRecorded({ key, candidates, spans }: Recorded): CheckedKey {
  const unique = [...new Set(spans.map((span) => span.join('/')))].map((span) => span.split('/'));
  const asked: Asked = {
    at: AFTERWARDS,
    to: '2026-11-23',
    covers: (date) => unique.some(([from = '', to = '']) => from <= date && date <= to),
  };
  const counterparts = new Map(
    listCounterparts(key.key).map((side) => [
      describeSide(side),
      collectSide(side, sortCandidates(recorded.get(side.key)?.candidates ?? [])),
    ]),
  );
  return runChecks(
    { key, candidates: sortCandidates(candidates), neighbours: [], stored: new Map(), asked, counterparts },
    [],
  );
}

beforeAll(async () => {
  for (const connector of Object.values(connectors)) {
    for (const key of connector.keys.filter(({ disabled }) => disabled === undefined)) {
      for (const window of connector.windows(key, REQUEST)) {
        const payloads = await connector.fetch(key, window, replayHttp);
        if (payloads.every(({ replay }) => replay?.outcome !== 'not-recorded'))
          collect(connector, key, window, payloads);
      }
    }
  }
  for (const day of PAGE_DAYS) collectPages(day);
  for (const [name, rows] of recorded) checked.set(name, checkRecorded(rows));
}, 400_000);

function resultsOf(check: string): CheckResult[] {
  return [...checked.values()].flatMap(({ results }) => results.filter((result) => result.check === check));
}

const countTested = (check: string): number => resultsOf(check).reduce((sum, { tested }) => sum + tested, 0);

describe('on everything that is recorded', () => {
  it('blocking checks fail on genuinely bad rows only', () => {
    const held = [...checked.values()].flatMap((key) =>
      key.held.map(({ candidate: { row }, check, reason }) => {
        const vertex = row.table === 'curve_points' ? ` ${row.calendarDays} d` : '';
        return `${check} ${row.key} ${row.date}${vertex}: ${reason.split(': ')[1]?.split(', expected')[0]}`;
      }),
    );
    expect(held.sort()).toEqual([
      'range DOC 2021-01-04 1 d: 1 5.8291',
      'range DOC 2023-01-02 1 d: 1 9.7988',
      'range DOC 2023-01-02 7 d: 5 1.1802',
      'range DOC 2025-01-02 1 d: 1 -1.7439',
      'schema GOLD 2009-11-23: high 1163 below low 1164.300049',
    ]);
  });

  it('PTAX equals SGS 1 and 10813 to the fourth decimal', () => {
    expect(resultsOf('ptax_fixing').map(({ key, status }) => [key, status])).toEqual([
      ['BR_PTAX_BUY', 'passed'],
      ['BR_PTAX_SELL', 'passed'],
      ['USDBRL_PTAX', 'passed'],
    ]);
    expect(countTested('ptax_fixing')).toBeGreaterThan(10_000);
  });

  it('FRED equals the Treasury on every common day', () => {
    expect(resultsOf('treasury_par').filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(countTested('treasury_par')).toBeGreaterThan(40_000);
  });

  it('PRE lies within 5 bp of the settlement of DI1', () => {
    expect(resultsOf('settlement').map(({ key, status, tested }) => [key, status, tested])).toEqual([
      ['DI1', 'passed', 36],
      ['PRE', 'passed', 36],
    ]);
  });

  it('Yahoo and FRED differ on ten closes of the VIX, and none is held for it', () => {
    const vix = resultsOf('index_level').find(({ key }) => key === 'VIX');
    expect(vix).toMatchObject({ status: 'failed', severity: 'warn' });
    expect(vix?.dates).toHaveLength(10);
  });
});
