import { Graph, layout } from '@dagrejs/dagre';
import { useMemo } from 'preact/hooks';

/** One asset of the drawing. */
export interface AssetNode {
  readonly key: string;
  readonly reads: readonly string[];
  /** A state of the style sheet, which colours the box. */
  readonly state: string;
  /** What stands under the name. */
  readonly note: string;
}

const WIDTH = 172;
const HEIGHT = 46;
const MARGIN = 8;

interface Placed {
  readonly x: number;
  readonly y: number;
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<string, Placed>;
  readonly edges: readonly { readonly id: string; readonly points: readonly Placed[] }[];
}

function draw(nodes: readonly AssetNode[]): Drawing {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 38, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key } of nodes) graph.setNode(key, { width: WIDTH, height: HEIGHT });
  const known = new Set(nodes.map(({ key }) => key));
  for (const { key, reads } of nodes)
    for (const upstream of reads) if (known.has(upstream)) graph.setEdge(upstream, key);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  return {
    width,
    height,
    places: new Map(nodes.map(({ key }) => [key, graph.node(key) as Placed])),
    edges: graph.edges().map(({ v, w }) => ({
      id: `${v} ${w}`,
      points: (graph.edge(v, w) as { points: Placed[] }).points,
    })),
  };
}

const toPath = (points: readonly Placed[]): string =>
  points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join(' ');

/** The assets with what they read, from left to right; each leads to its page. */
export function AssetGraph({
  nodes,
  label,
}: {
  readonly nodes: readonly AssetNode[];
  readonly label: string;
}) {
  const shape = nodes.map(({ key, reads }) => `${key}<${reads.join()}`).join(';');
  const { width, height, places, edges } = useMemo(() => draw(nodes), [shape]);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <svg class="asset-graph" width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        {edges.map(({ id, points }) => (
          <path key={id} class="edge" d={toPath(points)} />
        ))}
        {nodes.map(({ key, state, note }) => {
          const { x, y } = places.get(key) ?? { x: 0, y: 0 };
          return (
            <a key={key} href={`/assets/${key}`}>
              <rect
                class={`node ${state}`}
                x={x - WIDTH / 2}
                y={y - HEIGHT / 2}
                width={WIDTH}
                height={HEIGHT}
                rx={8}
              />
              <text x={x - WIDTH / 2 + 10} y={y - 4}>
                {key}
              </text>{' '}
              <text class="quiet" x={x - WIDTH / 2 + 10} y={y + 14}>
                {note}
              </text>
            </a>
          );
        })}
      </svg>
    </div>
  );
}
