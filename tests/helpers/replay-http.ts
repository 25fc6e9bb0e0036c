import { join } from 'node:path';
import type { Payload } from '../../shared/connectors/connector.ts';
import type { HttpClient } from '../../shared/http.ts';
import type { ReplayAnswer } from '../../services/replay/answer.ts';
import { answerProvider, readProviderRequest } from '../../services/replay/providers.ts';
import { openRecordings } from '../../services/replay/recordings.ts';
import { AFTERWARDS } from './recorded-payload.ts';

const recordings = openRecordings(join(import.meta.dirname, '..', '..', 'data', 'replay'));

function answer(url: string): ReplayAnswer {
  const request = readProviderRequest(url.replace(/^https?:\//, ''));
  if (request === undefined) throw new Error(`no provider answers ${url}`);
  return answerProvider(request, recordings);
}

function toBytes(body: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(typeof body === 'string' ? new TextEncoder().encode(body) : body);
}

/** The replay providers without their server: every request is answered in the process, as of `AFTERWARDS`. */
export const replayHttp: HttpClient = {
  get({ part, url, secrets = {} }): Promise<Payload> {
    const query = Object.entries(secrets).map(([name, value]) => `&${name}=${value}`);
    const { status, headers, body } = answer(`${url}${query.join('')}`);
    return Promise.resolve({
      part,
      url,
      status,
      contentType: headers['content-type'] ?? '',
      body: toBytes(body),
      fetchedAt: AFTERWARDS,
      replay: {
        outcome: headers['x-replay-outcome'],
        recorded: headers['x-replay-recorded'],
        marked: headers['x-replay-marked'],
      },
    });
  },
  fetch(input) {
    const { status, headers, body } = answer(input instanceof Request ? input.url : String(input));
    const date = new Date(AFTERWARDS).toUTCString();
    return Promise.resolve(new Response(toBytes(body), { status, headers: { ...headers, date } }));
  },
};
