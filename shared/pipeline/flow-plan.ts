import { graph as pipelineGraph, type AssetName } from './graph.ts';

/** An asset with the assets that must have ended before it, arranged so that each appears once. */
export interface PlanNode<Name extends string> {
  readonly name: Name;
  readonly children: readonly PlanNode<Name>[];
}

type Reads<Name extends string> = (name: Name) => readonly Name[];

/** Selected assets each of them waits for, directly or through assets that were not selected. */
function findSelectedUpstreams<Name extends string>(
  name: Name,
  selected: ReadonlySet<Name>,
  reads: Reads<Name>,
): ReadonlySet<Name> {
  const found = new Set<Name>();
  const seen = new Set<Name>();
  const visit = (current: Name): void => {
    for (const upstream of reads(current)) {
      if (seen.has(upstream)) continue;
      seen.add(upstream);
      if (selected.has(upstream)) found.add(upstream);
      else visit(upstream);
    }
  };
  visit(name);
  return found;
}

/**
 * Compiles a selection of a graph to its elimination tree (a forest when nothing joins it): every asset once, and
 * everything it waits for among its descendants. A BullMQ job has one parent while the graph is a diamond; two readers
 * of one asset are therefore chained.
 *
 * Assets are eliminated in topological order. Each tree that holds an upstream of the asset becomes its child.
 *
 * @param names all assets in topological order
 */
export function planFlow<Name extends string>(
  names: readonly Name[],
  reads: Reads<Name>,
  selection: Iterable<Name>,
): PlanNode<Name>[] {
  const selected = new Set(selection);
  const rootOf = new Map<Name, Name>();
  const children = new Map<Name, Name[]>();
  const findRoot = (name: Name): Name => {
    const parent = rootOf.get(name) ?? name;
    return parent === name ? name : findRoot(parent);
  };
  const ordered = names.filter((name) => selected.has(name));
  const places = new Map(ordered.map((name, place) => [name, place]));
  const place = (name: Name): number => places.get(name) ?? 0;
  for (const name of ordered) {
    const roots = new Set([...findSelectedUpstreams(name, selected, reads)].map(findRoot));
    const adopted = [...roots].toSorted((a, b) => place(a) - place(b));
    for (const root of adopted) rootOf.set(root, name);
    rootOf.set(name, name);
    children.set(name, adopted);
  }
  const build = (name: Name): PlanNode<Name> => ({ name, children: (children.get(name) ?? []).map(build) });
  return ordered.filter((name) => rootOf.get(name) === name).map(build);
}

/** The elimination forest of a selection of the pipeline's assets. */
export function planPipelineFlow(selection: Iterable<AssetName>): PlanNode<AssetName>[] {
  return planFlow(pipelineGraph.names, (name) => pipelineGraph.assets[name].reads, selection);
}

/** The nodes of a plan, each after the one that waits for it, with the name of that one; null at the roots. */
export function listNodes<Name extends string>(
  plan: readonly PlanNode<Name>[],
  parent: Name | null = null,
): { readonly name: Name; readonly parent: Name | null }[] {
  return plan.flatMap(({ name, children }) => [{ name, parent }, ...listNodes(children, name)]);
}

/** The selection with everything it reads, in topological order. */
export function addUpstreams(selection: Iterable<AssetName>): AssetName[] {
  const wanted = new Set<AssetName>();
  const visit = (name: AssetName): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    pipelineGraph.assets[name].reads.forEach(visit);
  };
  for (const name of selection) visit(name);
  return pipelineGraph.names.filter((name) => wanted.has(name));
}
