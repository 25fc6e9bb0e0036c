import type { PlanNode } from '../../shared/pipeline/flow-plan.ts';
import type { Asset, Graph, Layer } from '../../shared/pipeline/define-graph.ts';

const LAYERS: readonly Layer[] = ['bronze', 'silver', 'agents'];

/** Lines between which the README shows the graph. */
export const README_START = '<!-- The graph is generated: make docs -->';
export const README_END = '<!-- End of the graph -->';

const listAssets = <Name extends string>({ assets, names }: Graph<Name>): Asset<Name>[] =>
  names.map((name) => assets[name]);

const fence = (lines: readonly string[]): string => ['```mermaid', ...lines, '```'].join('\n');

/** True when every asset of one layer reads every asset of the other: one arrow between the layers says it all. */
function isComplete<Name extends string>(
  upstreams: readonly Asset<Name>[],
  readers: readonly Asset<Name>[],
): boolean {
  return upstreams.every(({ name }) => readers.every(({ reads }) => reads.includes(name)));
}

function drawLayer<Name extends string>(layer: Layer, assets: readonly Asset<Name>[]): string[] {
  return [`  subgraph ${layer}`, ...assets.map(({ name }) => `    ${name}`), '  end'];
}

/**
 * The graph as a Mermaid diagram: a box per layer and an arrow per edge. A thick arrow stands for the edges from every
 * asset of a layer to every asset of another.
 */
export function drawGraph<Name extends string>(graph: Graph<Name>): string {
  const layers = Map.groupBy(listAssets(graph), ({ layer }) => layer);
  const assetsOf = (layer: Layer): readonly Asset<Name>[] => layers.get(layer) ?? [];
  const boxes = LAYERS.flatMap((layer) => drawLayer(layer, assetsOf(layer)));
  const arrows = LAYERS.flatMap((to) =>
    LAYERS.flatMap((from) => {
      const [upstreams, readers] = [assetsOf(from), assetsOf(to)];
      if (from !== to && isComplete(upstreams, readers)) return [`  ${from} ==> ${to}`];
      return readers.flatMap(({ name, reads }) =>
        upstreams
          .filter((upstream) => reads.includes(upstream.name))
          .map((upstream) => `  ${upstream.name} --> ${name}`),
      );
    }),
  );
  return fence(['flowchart TB', ...boxes, ...arrows]);
}

function drawBranches(node: PlanNode<string>, parent: string): string[] {
  return [
    `  ${parent} --> ${node.name}`,
    ...node.children.flatMap((child) => drawBranches(child, node.name)),
  ];
}

/** The flow of a run over all assets: every job with its children, which end before it starts. */
function drawFlow(plan: readonly PlanNode<string>[]): string {
  return fence(['flowchart TB', ...plan.flatMap((node) => drawBranches(node, 'finish'))]);
}

const code = (names: readonly string[]): string =>
  names.length === 0 ? '–' : names.map((name) => `\`${name}\``).join(', ');

function describeAsset({ description, layer, name, readBy, reads }: Asset<string>): string {
  return `| \`${name}\` | \`${layer}\` | ${code(reads)} | ${code(readBy)} | ${description} |`;
}

function countJobs(plan: readonly PlanNode<string>[]): number {
  return plan.reduce((sum, node) => sum + 1 + countJobs(node.children), 0);
}

interface PipelinePage<Name extends string> {
  readonly graph: Graph<Name>;
  /** Elimination forest of all assets. */
  readonly plan: readonly PlanNode<Name>[];
  readonly schedule: { readonly cron: string; readonly zone: string };
}

/** The page `docs/pipeline.md`. */
export function writePipelinePage<Name extends string>({
  graph,
  plan,
  schedule,
}: PipelinePage<Name>): string {
  const assets = listAssets(graph);
  const edges = assets.reduce((sum, { reads }) => sum + reads.length, 0);
  return `# Pipeline

Generated from \`shared/pipeline/graph.ts\` by \`make docs\`. Do not edit.

${assets.length} assets, ${edges} edges. An arrow leads from what is read to what reads it; a thick arrow stands for the edges from
every asset of a layer to every asset of the next. A handler can read only what its asset reads here.

${drawGraph(graph)}

| asset | queue | reads | read by | what it is |
| --- | --- | --- | --- | --- |
${assets.map(describeAsset).join('\n')}

## The flow of a run

A BullMQ job has one parent, and the graph is a diamond: a run is therefore its elimination tree
([ADR 2](adr/0002-elimination-tree.md)). Every asset is one job, everything it waits for is among its descendants, and the
root is the finishing job that closes the run: ${countJobs(plan) + 1} jobs for all assets. An arrow leads from a job to a child, which ends first.

${drawFlow(plan)}

## The schedule

\`${schedule.cron}\`, ${schedule.zone}: the run of the partition of the weekday before, all assets.
`;
}

/**
 * The text with what stands between the markers of the README replaced by the graph.
 *
 * @throws Error when a marker is missing
 */
export function replaceReadmeGraph<Name extends string>(readme: string, graph: Graph<Name>): string {
  const [start, end] = [readme.indexOf(README_START), readme.indexOf(README_END)];
  if (start < 0 || end < start) throw new Error(`README.md has no ${README_START} … ${README_END}`);
  return `${readme.slice(0, start + README_START.length)}\n\n${drawGraph(graph)}\n\n${readme.slice(end)}`;
}
