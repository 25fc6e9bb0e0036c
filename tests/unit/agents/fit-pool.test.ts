import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, describe, expect, it } from 'vitest';
import { defineAgent } from '../../../services/agents/framework/agent.ts';
import { createFitPool } from '../../../services/agents/framework/fit-pool.ts';
import { runFit, type HeavyFit } from '../../../services/agents/framework/fits.ts';
import { createAgentHandler } from '../../../services/agents/framework/handler.ts';
import { readVersion } from '../../../services/agents/versions.ts';
import type { Transaction } from '../../../shared/db/client.ts';
import type { TaskContext } from '../../../shared/pipeline/handler.ts';
import { REGIMES } from '../../../shared/numeric/regime.ts';

const { macroRegime } = readVersion('agent_cross_asset', '1').parameters;

/** Sixteen years of months that stay for a year in each regime in turn. */
function simulateFit(seed: number): HeavyFit {
  const generator = xoroshiro128plus(seed);
  const rows = Array.from({ length: 192 }, (_, t) => {
    const { growth, inflation } = macroRegime.centroids[REGIMES[Math.floor(t / 12) % 4]!];
    const stress = growth < 0 ? 1 : -1;
    return [2 * growth, 2 * inflation, stress, stress, stress, -stress].map(
      (value) => value + 0.6 * (uniformFloat64(generator) - 0.5),
    );
  });
  return { id: 'regime-hmm', signature: String(seed), fit: 'regime', input: { rows, model: macroRegime } };
}

const pool = createFitPool(2);
afterAll(() => pool.close());

describe('fits in worker threads', () => {
  it('are the same to the last bit, more of them than threads', async () => {
    const fits = [1, 2, 3, 4, 5].map(simulateFit);
    const results = await Promise.all(fits.map((fit) => pool.run(fit)));
    expect(results.map((result) => JSON.stringify(result))).toEqual(
      fits.map((fit) => JSON.stringify(runFit(fit))),
    );
    expect(results[0]).toMatchObject({ ok: true });
  });

  it('leave the event loop free', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await pool.run(simulateFit(6));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  it('tell of a failure, and the pool goes on', async () => {
    const broken = { ...simulateFit(7), input: { rows: null, model: macroRegime } } as unknown as HeavyFit;
    await expect(pool.run(broken)).rejects.toThrow(TypeError);
    await expect(pool.run(simulateFit(1))).resolves.toMatchObject({ ok: true });
  });

  it('are made before the assessment that asks for them, which then computes nothing', async () => {
    const computed: string[] = [];
    const fit = simulateFit(8);
    const agent = defineAgent({
      asset: 'agent_cross_asset',
      modelVersion: '1',
      parameters: {},
      historyDays: 10,
      reads: {},
      expectedSignals: [{ signalId: 'A', axis: 'NONE', unit: 'z', horizonDays: 1 }],
      listFits: () => [fit],
      assess: (view) => ({
        signals: { A: { status: 'MODEL_ERROR', reason: 'none' } },
        outputs: {
          estimate: {
            value: view.memo(fit.id, fit.signature, () => {
              computed.push(view.partition);
              return runFit(fit);
            }),
            units: {},
            inputs: [],
          },
        },
        diagnostics: {},
      }),
    });
    const context = {
      partitions: ['2021-03-01', '2021-03-02'],
      read: {},
      taskId: 'x',
      breathe: () => Promise.resolve(),
    } as unknown as TaskContext;
    const partitionsOf = async (handler: ReturnType<typeof createAgentHandler>) =>
      (await handler(context)).commit({} as Transaction).catch(() => []);
    await partitionsOf(createAgentHandler(agent, [], pool));
    expect(computed).toEqual([]);
    await partitionsOf(createAgentHandler(agent));
    expect(computed).toEqual(['2021-03-01']);
  });
});
