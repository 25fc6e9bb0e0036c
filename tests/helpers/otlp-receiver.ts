import express from 'express';
import { serve } from '../../shared/http-server.ts';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

/** A span as OTLP/HTTP brings it in JSON. */
interface RawSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[];
  }[];
}

/** A span with its attributes by name. */
export interface ReceivedSpan extends Omit<RawSpan, 'attributes'> {
  readonly attributes: Readonly<Record<string, string>>;
}

/** A collector of OpenTelemetry on a port of its own. It answers every GET with an empty JSON object. */
export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** The credentials that came with each message. */
  readonly authorizations: readonly (string | undefined)[];
  /** Everything it was sent. */
  readonly text: () => string;
  close(): Promise<void>;
}

const toText = ({ stringValue, intValue }: Attribute['value']): string =>
  stringValue ?? String(intValue ?? '');

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: unknown[] = [];
  const authorizations: (string | undefined)[] = [];
  const app = express();
  app.post('/v1/traces', express.json({ limit: '50mb' }), (request, response) => {
    const body = request.body as ExportRequest;
    bodies.push(body);
    authorizations.push(request.headers.authorization);
    const received = body.resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((scope) => scope.spans),
    );
    for (const { attributes, ...span } of received)
      spans.push({
        ...span,
        attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, toText(value)])),
      });
    response.json({});
  });
  app.get('/{*path}', (_request, response) => void response.json({}));
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${server.port}`,
    spans,
    authorizations,
    text: () => JSON.stringify(bodies),
    close: () => server.close(),
  };
}
