import { describe, expect, it } from 'vitest';
import { defineGraph } from '../../../shared/pipeline/define-graph.ts';
import { graph } from '../../../shared/pipeline/graph.ts';

describe('graph', () => {
  it('has 14 assets and 29 edges', () => {
    const edges = graph.names.flatMap((name) =>
      graph.assets[name].reads.map((upstream) => `${name} ← ${upstream}`),
    );
    expect(graph.names).toHaveLength(14);
    expect(edges).toHaveLength(29);
    expect(edges).toMatchInlineSnapshot(`
      [
        "silver_macro ← bronze_bcb_sgs",
        "silver_macro ← bronze_fred",
        "silver_returns ← bronze_yahoo",
        "silver_returns ← bronze_bcb_ptax",
        "silver_curves ← bronze_b3_market_data",
        "silver_curves ← bronze_treasury_gov",
        "agent_inflation ← silver_macro",
        "agent_inflation ← silver_returns",
        "agent_inflation ← silver_curves",
        "agent_monetary_policy ← silver_macro",
        "agent_monetary_policy ← silver_returns",
        "agent_monetary_policy ← silver_curves",
        "agent_monetary_policy ← agent_inflation",
        "agent_fiscal ← silver_macro",
        "agent_fiscal ← silver_returns",
        "agent_fiscal ← silver_curves",
        "agent_fiscal ← agent_inflation",
        "agent_fiscal ← agent_monetary_policy",
        "agent_fx_equilibrium ← silver_macro",
        "agent_fx_equilibrium ← silver_returns",
        "agent_fx_equilibrium ← silver_curves",
        "agent_fx_equilibrium ← agent_inflation",
        "agent_cross_asset ← silver_macro",
        "agent_cross_asset ← silver_returns",
        "agent_cross_asset ← silver_curves",
        "agent_cross_asset ← agent_inflation",
        "agent_cross_asset ← agent_monetary_policy",
        "agent_cross_asset ← agent_fiscal",
        "agent_cross_asset ← agent_fx_equilibrium",
      ]
    `);
  });

  it('lets agents read silver and agents, and silver read bronze', () => {
    const allowed = { bronze: [], silver: ['bronze'], agents: ['silver', 'agents'] } as const;
    for (const name of graph.names) {
      const { layer, reads } = graph.assets[name];
      for (const upstream of reads) expect(allowed[layer]).toContain(graph.assets[upstream].layer);
    }
  });

  it('lists every upstream before its readers', () => {
    for (const name of graph.names) {
      for (const upstream of graph.assets[name].reads) {
        expect(graph.names.indexOf(upstream)).toBeLessThan(graph.names.indexOf(name));
        expect(graph.assets[upstream].readBy).toContain(name);
      }
    }
  });

  it('refuses a cycle and names its path', () => {
    const line = { layer: 'silver', description: '' } as const;
    expect(() =>
      defineGraph({
        a: { ...line, reads: ['b'] },
        b: { ...line, reads: ['c'] },
        c: { ...line, reads: ['a'] },
      }),
    ).toThrow('The graph has a cycle: a → b → c → a');
  });

  it('does not compile with an edge to an unknown asset', () => {
    // @ts-expect-error 'typo' is not a line of the graph
    expect(() => defineGraph({ a: { layer: 'bronze', reads: ['typo'], description: '' } })).toThrow(
      TypeError,
    );
  });
});
