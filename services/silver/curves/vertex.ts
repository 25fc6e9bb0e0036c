import { CURVE_BOUNDS, type CurveBounds } from '../../../shared/connectors/curve-bounds.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';

/** What a stored curve value is. */
export type ValueKind = 'zero_rate' | 'par_rate' | 'linear360' | 'forward_price' | 'yield' | 'breakeven';

/** A usable vertex of a source: a rate (decimal a year) or a price. */
export interface Vertex {
  readonly tenor: string;
  readonly calendarDays: number;
  readonly businessDays: number | null;
  readonly value: number;
}

const BOUNDS: Readonly<Record<string, CurveBounds>> = CURVE_BOUNDS;
const UNBOUNDED: CurveBounds = { minDays: 1, above: -Infinity, below: Infinity };

/**
 * Usable vertices of one curve from one source, by calendar days: within the bounds of the curve, one per number of
 * days. The shorter of two with equal business days counts.
 */
export function listVertices(points: readonly StoredCurvePoint[], curveId: string, key: string): Vertex[] {
  const bounds = BOUNDS[curveId] ?? UNBOUNDED;
  const vertices = points
    .filter((point) => point.key === key && point.curveId === curveId)
    .map((point) => ({
      tenor: point.vertex,
      calendarDays: point.calendarDays,
      businessDays: point.businessDays,
      value: point.rate ?? point.price,
    }))
    .filter((vertex): vertex is Vertex => {
      const { value, calendarDays } = vertex;
      return value !== null && value > bounds.above && value < bounds.below && calendarDays >= bounds.minDays;
    })
    .sort((a, b) => a.calendarDays - b.calendarDays || (a.tenor < b.tenor ? -1 : 1));
  return vertices.filter((vertex, i) => vertices[i - 1]?.calendarDays !== vertex.calendarDays);
}

/** Vertices with business days, strictly increasing in them. */
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

/** The first source that has usable vertices, with them. */
export function pickSource(
  points: readonly StoredCurvePoint[],
  curveId: string,
  keys: readonly string[],
): { readonly key: string; readonly vertices: readonly Vertex[] } | null {
  for (const key of keys) {
    const vertices = listVertices(points, curveId, key);
    if (vertices.length > 0) return { key, vertices };
  }
  return null;
}
