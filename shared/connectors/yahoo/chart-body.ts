import { z } from 'zod';
import { PermanentError, SchemaDriftError, TransientError } from '../../errors.ts';
import type { Payload } from '../connector.ts';
import { decodeText, requireOk } from '../payload-text.ts';

const prices = z.array(z.number().nullable());

const quoteSchema = z.object({ open: prices, high: prices, low: prices, close: prices, volume: prices });

const eventsSchema = z.object({
  dividends: z.record(z.string(), z.object({ amount: z.number(), date: z.number() })).optional(),
  splits: z
    .record(z.string(), z.object({ date: z.number(), numerator: z.number(), denominator: z.number() }))
    .optional(),
});

const resultSchema = z.object({
  meta: z.object({
    currency: z.string().nullish(),
    exchangeTimezoneName: z.string(),
    dataGranularity: z.literal('1d').optional(),
    currentTradingPeriod: z.object({ regular: z.object({ start: z.number(), end: z.number() }) }).nullish(),
  }),
  timestamp: z.array(z.number()).optional(),
  events: eventsSchema.optional(),
  indicators: z.object({
    quote: z.array(z.unknown()).min(1),
    adjclose: z.array(z.object({ adjclose: prices.optional() })).optional(),
  }),
});

const envelopeSchema = z.object({
  chart: z.object({
    result: z.array(z.unknown()).nullable(),
    error: z.object({ code: z.string(), description: z.string() }).nullable(),
  }),
});

/** One symbol's daily chart: columns of equal length. */
export interface ChartBody {
  readonly meta: z.infer<typeof resultSchema>['meta'];
  /** Session openings, epoch seconds. */
  readonly timestamps: readonly number[];
  readonly quote: z.infer<typeof quoteSchema>;
  readonly adjusted: readonly (number | null)[] | null;
  readonly events: z.infer<typeof eventsSchema>;
}

const NO_DATA_IN_WINDOW = /^Data doesn't exist for startDate/;

function parseJson(payload: Payload, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    requireOk(payload, text);
    const got = JSON.stringify(text.slice(0, 120));
    throw new TransientError(`Reading ${payload.url}`, { expected: 'JSON', got, cause });
  }
}

function drift(payload: Payload, error: z.ZodError): SchemaDriftError {
  const issue = error.issues[0];
  const got = issue === undefined ? 'another shape' : `${issue.path.join('.')}: ${issue.message}`;
  return new SchemaDriftError(`Reading ${payload.url}`, { expected: 'a v8 chart', got });
}

/**
 * The chart of an archived answer; null when the provider has no bar in the window.
 *
 * @throws PermanentError for an unknown or delisted symbol, TransientError for a page or a cut body, SchemaDriftError for
 * JSON of another shape.
 */
export function readChartBody(payload: Payload): ChartBody | null {
  const text = decodeText(payload.body);
  const json = parseJson(payload, text);
  const envelope = envelopeSchema.safeParse(json);
  if (payload.status === 401) throw new TransientError(`GET ${payload.url}`, { got: 'HTTP 401' });
  if (!envelope.success) {
    requireOk(payload, text);
    throw drift(payload, envelope.error);
  }
  const { result, error } = envelope.data.chart;
  if (error !== null) {
    if (NO_DATA_IN_WINDOW.test(error.description)) return null;
    throw new PermanentError(`GET ${payload.url}`, {
      expected: 'a chart',
      got: `${error.code}: ${error.description}`,
    });
  }
  requireOk(payload, text);
  const parsed = resultSchema.safeParse(result?.[0]);
  if (!parsed.success) throw drift(payload, parsed.error);
  const { meta, timestamp, events = {}, indicators } = parsed.data;
  if (timestamp === undefined) return null;
  const quote = quoteSchema.safeParse(indicators.quote[0]);
  if (!quote.success) throw drift(payload, quote.error);
  const adjusted = indicators.adjclose?.[0]?.adjclose ?? null;
  const columns = [...Object.values(quote.data), ...(adjusted === null ? [] : [adjusted])];
  if (columns.some((column) => column.length !== timestamp.length)) {
    const got = columns.map((column) => column.length).join(', ');
    throw new SchemaDriftError(`Reading ${payload.url}`, {
      expected: `columns of ${timestamp.length} values`,
      got,
    });
  }
  return { meta, timestamps: timestamp, quote: quote.data, adjusted, events };
}
