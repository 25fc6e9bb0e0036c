import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { probeProviders, type ProbeReport } from '../../../infra/cli/probe.ts';
import { startReplay, type ReplayServer } from '../../../services/replay/server.ts';
import type { Provider } from '../../../shared/connectors/connector.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const ALL = Object.values(PROVIDER_OF);

let replay: ReplayServer;
beforeAll(async () => {
  replay = await startReplay({ host: '127.0.0.1', port: 0, dataFolder: 'data/replay' });
});
afterAll(() => replay.close());
afterEach(() => setFaults([]));

async function setFaults(rules: readonly object[]): Promise<void> {
  const response = await fetch(`${replay.url}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  expect(response.status).toBe(200);
}

const probe = (providers: readonly Provider[], partition?: string): Promise<ProbeReport[]> =>
  probeProviders({
    config: { PROVIDERS: 'replay', REPLAY_URL: replay.url, FRED_API_KEY: null, MAX_BODY_BYTES: 64 << 20 },
    providers,
    partition,
    now: () => NOW,
  });

describe('a probe of the replayed providers', () => {
  it('asks each for one window, on the last day of its recordings, and finds nothing wrong', async () => {
    await fetch(`${replay.url}/requests`, { method: 'DELETE' });
    const reports = await probe(ALL);
    expect(
      reports.map(({ provider, key, verdict, requests, status }) => [
        provider,
        key,
        verdict,
        requests,
        status,
      ]),
    ).toEqual([
      ['bcb_sgs', 'BR_SELIC_TARGET', 'ok', 1, 200],
      // The unit of the series, then its values.
      ['fred', 'US_FED_FUNDS', 'ok', 2, 200],
      ['yahoo', 'IBOVESPA', 'ok', 1, 200],
      ['bcb_ptax', 'USDBRL_PTAX', 'ok', 1, 200],
      ['b3', 'DI1', 'ok', 1, 200],
      ['treasury', 'UST_NOM', 'ok', 1, 200],
    ]);
    expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
    for (const { lastDate, expectedDate } of reports) {
      expect(expectedDate).not.toBeNull();
      expect(lastDate! >= expectedDate!).toBe(true);
    }
  });

  it('stands in for a partition', async () => {
    const [report] = await probe(['yahoo'], '2022-06-24');
    expect(report).toMatchObject({ verdict: 'ok', partition: '2022-06-24', expectedDate: '2022-06-24' });
  });

  it('says what it expected when a session is missing', async () => {
    const [report] = await probe(['bcb_sgs'], '2026-01-06');
    expect(report).toMatchObject({ verdict: 'drift', lastDate: '2026-01-01' });
    expect(report?.findings).toEqual([
      'late: expected 2026-01-06 by 2026-01-07T09:00:00.000Z, last is 2026-01-01',
    ]);
  });

  it.each([
    ['a server that is down', { kind: 'status', status: 503 }, /^TransientError: .*HTTP 503/],
    ['a page where data was expected', { kind: 'html-200' }, /^TransientError: /],
    [
      'a provider that asks to wait',
      { kind: 'retry-after-429', retryAfterSeconds: 7 },
      /^RetryLaterError: .*7000 ms/,
    ],
  ])('fails with its reason on %s, for that provider only', async (_name, fault, reason) => {
    await setFaults([{ host: 'olinda.bcb.gov.br', probability: 1, ...fault }]);
    const [ptax, sgs] = await probe(['bcb_ptax', 'bcb_sgs']);
    expect(ptax).toMatchObject({ verdict: 'failed', rows: 0 });
    expect(ptax?.findings).toEqual([expect.stringMatching(reason)]);
    expect(sgs).toMatchObject({ verdict: 'ok' });
  });

  it('fails where nothing is recorded', async () => {
    const [report] = await probe(['b3'], '2022-06-24');
    expect(report).toMatchObject({
      verdict: 'failed',
      findings: ['not recorded: 2022-06-24…2022-06-24'],
    });
  });
});
