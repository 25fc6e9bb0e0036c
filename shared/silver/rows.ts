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

/** Rows of the silver tables as they are stored: moments in epoch milliseconds. */
export type MacroRecord = InstantFields<InferSelectModel<typeof silverMacro>>;
export type PriceRecord = InstantFields<InferSelectModel<typeof silverPrice>>;
export type StatRecord = InstantFields<InferSelectModel<typeof silverStat>>;
export type CurvePointRecord = InstantFields<InferSelectModel<typeof silverCurvePoint>>;
export type CurveFitRecord = InstantFields<InferSelectModel<typeof silverCurveFit>>;
export type CurveMetricRecord = InstantFields<InferSelectModel<typeof silverCurveMetric>>;

/** What models read of them: no lineage, and only the comparable price. */
export type MacroRow = Omit<MacroRecord, 'inputs'>;
export type PriceRow = Omit<PriceRecord, 'inputs' | 'unit' | 'close' | 'priceReturn'>;
export type StatRow = Omit<StatRecord, 'inputs' | 'unit'>;
export type CurvePointRow = Omit<CurvePointRecord, 'inputs' | 'flags'>;
export type CurveMetricRow = Omit<CurveMetricRecord, 'inputs'>;
