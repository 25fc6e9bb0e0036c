import { describe, expect, it } from 'vitest';
import { judgeReadiness } from '../../../services/dashboard/web/src/overview/readiness.ts';
import { graph, type AssetName } from '../../../shared/pipeline/graph.ts';

type Cell = Parameters<typeof judgeReadiness>[1][number];

const DAY = '2022-06-30';

const cellsWith = (changes: Partial<Record<AssetName, Partial<Cell>>> = {}): Cell[] =>
  graph.names.map((asset) => ({
    asset,
    state: 'fresh',
    reason: null,
    degraded: false,
    stale: false,
    blocked: false,
    ...changes[asset],
  }));

describe('judgeReadiness', () => {
  it('counts data that nobody expects as ready, and names what is flagged', () => {
    const cells = cellsWith({
      bronze_yahoo: { state: 'no_data_expected', reason: 'holiday' },
      agent_fiscal: { degraded: true },
    });
    expect(judgeReadiness(DAY, cells, [], DAY)).toEqual({
      state: 'ready',
      sentence: `All 14 assets are materialized for ${DAY} (degraded: agent_fiscal).`,
    });
  });

  it('is not ready while a newer partition is due that nobody has asked for', () => {
    expect(judgeReadiness(DAY, cellsWith(), [], '2022-07-01')).toEqual({
      state: 'incomplete',
      sentence: `All 14 assets are materialized for ${DAY}, but no run has been asked for 2022-07-01, which is due.`,
    });
    expect(judgeReadiness(DAY, cellsWith(), [], null).state).toBe('ready');
  });

  it('says how far a run is while a task is open', () => {
    const cells = cellsWith({ bronze_fred: { state: 'missing' } });
    expect(
      judgeReadiness(DAY, cells, [{ asset: 'bronze_fred', state: 'running', reason: null }], DAY),
    ).toEqual({
      state: 'running',
      sentence: `13 of 14 assets are materialized for ${DAY}; the run is under way.`,
    });
  });

  it('names the causes, not what waits for them', () => {
    const cells = cellsWith({
      bronze_fred: { state: 'failed', reason: 'HTTP 503' },
      silver_macro: { state: 'missing' },
    });
    const tasks = [
      { asset: 'bronze_fred', state: 'failed', reason: 'HTTP 503' },
      { asset: 'silver_macro', state: 'skipped', reason: 'upstream_failed: bronze_fred' },
    ] as const;
    expect(judgeReadiness(DAY, cells, tasks, null)).toEqual({
      state: 'incomplete',
      sentence: `2 assets are not materialized for ${DAY}, because bronze_fred failed (HTTP 503).`,
    });
  });

  it('says that an asset is missing when nothing tells why', () => {
    const cells = cellsWith({ agent_fiscal: { state: 'missing' } });
    expect(judgeReadiness(DAY, cells, [], DAY).sentence).toBe(
      `1 asset is not materialized for ${DAY}, because agent_fiscal is missing.`,
    );
  });
});
