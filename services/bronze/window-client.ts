import { findLastAnswer, recordExchange, type RequestPlace } from '../../shared/db/archive.ts';
import type { Queryable } from '../../shared/db/client.ts';
import type { Payload } from '../../shared/connectors/connector.ts';
import { redactUrl, type HttpClient, type TaskHttpClient } from '../../shared/http.ts';

/** The client of one window: everything that comes through it is in the archive before the connector sees it. */
export interface WindowClient {
  readonly http: HttpClient;
  /** Requests sent so far. */
  count(): number;
  /** Number of an answer in the archive. @throws Error for one that did not come through this client */
  idOf(payload: Payload): number;
}

const NOT_MODIFIED = 304;

function conditionsOf({ headers = {} }: Payload): Record<string, string> {
  const conditions = { 'if-none-match': headers['etag'], 'if-modified-since': headers['last-modified'] };
  return Object.fromEntries(
    Object.entries(conditions).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Opens the client of a window on a connection that commits by statement. */
export function openWindowClient(db: Queryable, task: TaskHttpClient, place: RequestPlace): WindowClient {
  let requests = 0;
  // A part that is asked for twice counts as its last answer.
  const ids = new Map<string, number>();
  const http = task.observedBy(async (exchange) => {
    requests += 1;
    const id = await recordExchange(db, place, exchange);
    if (id !== null) ids.set(exchange.part, id);
  });
  return {
    http: {
      fetch: http.fetch,
      async get(request) {
        const url = redactUrl(request.url, request.secrets);
        const last = request.isRevalidated === true ? await findLastAnswer(db, place, url) : null;
        if (last === null) return http.get(request);
        const answer = await http.get({ ...request, headers: { ...request.headers, ...conditionsOf(last) } });
        if (answer.status !== NOT_MODIFIED) return answer;
        ids.set(request.part, last.id);
        return { ...last, part: request.part };
      },
    },
    count: () => requests,
    idOf(payload) {
      const id = ids.get(payload.part);
      if (id === undefined) throw new Error(`The answer "${payload.part}" is not in the archive`);
      return id;
    },
  };
}
