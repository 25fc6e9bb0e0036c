import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addUpstreams,
  planFlow,
  planPipelineFlow,
  type PlanNode,
} from '../../../shared/pipeline/flow-plan.ts';
import { graph } from '../../../shared/pipeline/graph.ts';

/** A random acyclic graph: node `nI` may read any `nJ` with J < I. */
const dags = fc
  .integer({ min: 1, max: 60 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, index) =>
        fc.uniqueArray(fc.integer({ min: 0, max: Math.max(0, index - 1) }), {
          maxLength: Math.min(index, 5),
        }),
      ),
    ),
  )
  .map((reads) => {
    const names = reads.map((_, index) => `n${index}`);
    const edges = new Map(
      names.map((name, index) => [name, (reads[index] ?? []).map((upstream) => `n${upstream}`)]),
    );
    return { names, reads: (name: string) => edges.get(name) ?? [] };
  });

const listNames = (nodes: readonly PlanNode<string>[]): string[] =>
  nodes.flatMap((node) => [node.name, ...listNames(node.children)]);

function listDescendants(nodes: readonly PlanNode<string>[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const visit = (node: PlanNode<string>): void => {
    found.set(node.name, new Set(listNames(node.children)));
    node.children.forEach(visit);
  };
  nodes.forEach(visit);
  return found;
}

/** Everything a node waits for, directly or not. */
function listAncestors(name: string, reads: (name: string) => readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (current: string): void => {
    for (const upstream of reads(current)) {
      if (found.has(upstream)) continue;
      found.add(upstream);
      visit(upstream);
    }
  };
  visit(name);
  return found;
}

describe('planFlow', () => {
  it('places every node once', () => {
    fc.assert(
      fc.property(dags, ({ names, reads }) => {
        expect(listNames(planFlow(names, reads, names)).toSorted()).toEqual(names.toSorted());
      }),
      { numRuns: 300 },
    );
  });

  it('makes every upstream a descendant of its readers', () => {
    fc.assert(
      fc.property(dags, ({ names, reads }) => {
        const descendants = listDescendants(planFlow(names, reads, names));
        for (const name of names) {
          for (const upstream of reads(name)) expect(descendants.get(name)).toContain(upstream);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same plan for the same graph, whatever the order of the selection', () => {
    fc.assert(
      fc.property(dags, ({ names, reads }) => {
        expect(planFlow(names, reads, names.toReversed())).toEqual(planFlow(names, reads, names));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the order of transitive dependencies in a selection', () => {
    fc.assert(
      fc.property(
        dags.chain((dag) => fc.tuple(fc.constant(dag), fc.subarray(dag.names))),
        ([{ names, reads }, selection]) => {
          const plan = planFlow(names, reads, selection);
          expect(listNames(plan).toSorted()).toEqual(selection.toSorted());
          const descendants = listDescendants(plan);
          for (const name of selection) {
            const ancestors = listAncestors(name, reads);
            for (const upstream of selection.filter((candidate) => ancestors.has(candidate))) {
              expect(descendants.get(name)).toContain(upstream);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('planPipelineFlow', () => {
  it('compiles the whole pipeline to one tree under cross_asset', () => {
    const plan = planPipelineFlow(graph.names);
    expect(plan.map((node) => node.name)).toEqual(['agent_cross_asset']);
    expect(listNames(plan)).toHaveLength(14);
  });

  it('compiles a selection without common readers to a forest', () => {
    const plan = planPipelineFlow(['bronze_fred', 'silver_curves', 'bronze_treasury_gov']);
    expect(plan).toEqual([
      { name: 'bronze_fred', children: [] },
      { name: 'silver_curves', children: [{ name: 'bronze_treasury_gov', children: [] }] },
    ]);
  });
});

describe('addUpstreams', () => {
  it('adds what a selection reads, in topological order', () => {
    expect(addUpstreams(['silver_curves'])).toEqual([
      'bronze_b3_market_data',
      'bronze_treasury_gov',
      'silver_curves',
    ]);
    expect(addUpstreams(['agent_cross_asset'])).toEqual([...graph.names]);
  });
});
