import { CURVE_BOUNDS, type CurveBounds } from '../../../shared/connectors/curve-bounds.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import type { Day } from '../../../shared/time.ts';

/** What a stored curve value is. */
export type ValueKind = 'zero_rate' | 'par_rate' | 'linear360' | 'forward_price' | 'yield' | 'breakeven';

/** A usable vertex of a source: a rate (decimal a year) or a price. */
export interface Vertex {
  readonly tenor: string;
  readonly calendarDays: number;
  readonly businessDays: number | null;
  readonly value: number;
  readonly revision: number;
}

/** The usable vertices of the source that a curve is made of; never empty. */
export interface Source {
  /** Key of the provider: `PRE`, `DI1`. */
  readonly key: string;
  readonly date: Day;
  readonly vertices: readonly Vertex[];
  /** Lineage of what all of them make: `PRE[2021-01-04] 222 vertices r0`, the highest revision among them. */
  readonly inputs: string;
}

const BOUNDS: Readonly<Record<string, CurveBounds>> = CURVE_BOUNDS;
const UNBOUNDED: CurveBounds = { minDays: 1, above: -Infinity, below: Infinity };

/**
 * Usable vertices of one curve from one source, by calendar days: within the bounds of the curve, one per number of
 * days.
 */
function listVertices(points: readonly StoredCurvePoint[], curveId: string): Vertex[] {
  const bounds = BOUNDS[curveId] ?? UNBOUNDED;
  const vertices = points
    .map((point) => ({
      tenor: point.vertex,
      calendarDays: point.calendarDays,
      businessDays: point.businessDays,
      value: point.rate ?? point.price,
      revision: point.revision,
    }))
    .filter((vertex): vertex is Vertex => {
      const { value, calendarDays } = vertex;
      return value !== null && value > bounds.above && value < bounds.below && calendarDays >= bounds.minDays;
    })
    .sort((a, b) => a.calendarDays - b.calendarDays || (a.tenor < b.tenor ? -1 : 1));
  return vertices.filter((vertex, i) => vertices[i - 1]?.calendarDays !== vertex.calendarDays);
}

/** Vertices with business days, strictly increasing in them: the shorter of two with equal business days counts. */
export function keepBusinessDays(
  vertices: readonly Vertex[],
): (Vertex & { readonly businessDays: number })[] {
  let last = 0;
  return vertices.filter((vertex): vertex is Vertex & { businessDays: number } => {
    if (vertex.businessDays === null || vertex.businessDays <= last) return false;
    last = vertex.businessDays;
    return true;
  });
}

/** The first source, of the points of one date, that has usable vertices. */
export function pickSource(
  points: readonly StoredCurvePoint[],
  curveId: string,
  keys: readonly string[],
): Source | null {
  for (const key of keys) {
    const own = points.filter((point) => point.key === key && point.curveId === curveId);
    const vertices = listVertices(own, curveId);
    if (vertices.length === 0) continue;
    const { date } = own[0]!;
    const revision = Math.max(...vertices.map((vertex) => vertex.revision));
    const count = `${vertices.length} ${vertices.length === 1 ? 'vertex' : 'vertices'}`;
    return { key, date, vertices, inputs: `${key}[${date}] ${count} r${revision}` };
  }
  return null;
}
