import type { InferSelectModel } from 'drizzle-orm';
import type {
  silverCurveFit,
  silverCurveMetric,
  silverCurvePoint,
  silverMacro,
  silverPrice,
  silverStat,
} from '../db/schema.ts';

type InstantFields<Row> = { [Field in keyof Row]: Row[Field] extends Date ? number : Row[Field] };

/** Rows of the silver tables as code handles them: moments in epoch milliseconds. */
export type MacroRow = InstantFields<InferSelectModel<typeof silverMacro>>;
export type PriceRow = InstantFields<InferSelectModel<typeof silverPrice>>;
export type StatRow = InstantFields<InferSelectModel<typeof silverStat>>;
export type CurvePointRow = InstantFields<InferSelectModel<typeof silverCurvePoint>>;
export type CurveFitRow = InstantFields<InferSelectModel<typeof silverCurveFit>>;
export type CurveMetricRow = InstantFields<InferSelectModel<typeof silverCurveMetric>>;
