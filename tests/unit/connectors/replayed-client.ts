import { join } from 'node:path';
import { answerProvider, readProviderRequest } from '../../../services/replay/providers.ts';
import { openRecordings } from '../../../services/replay/recordings.ts';
import type { Payload } from '../../../shared/connectors/connector.ts';
import type { HttpClient } from '../../../shared/http.ts';
import { buildPayload } from '../../helpers/recorded-payload.ts';

const recordings = openRecordings(join(import.meta.dirname, '../../../data/replay'));

/** A client without network that answers from the recordings, as the replay server does, and keeps what was asked. */
export interface ReplayedClient extends HttpClient {
  readonly urls: readonly string[];
}

/** Builds a client that answers from the recordings. */
export function createReplayedClient(): ReplayedClient {
  const urls: string[] = [];
  return {
    urls,
    fetch: () => Promise.reject(new Error('not used by these connectors')),
    get: async ({ part, url, secrets = {} }): Promise<Payload> => {
      urls.push(url);
      const full = Object.entries(secrets).reduce((text, [name, value]) => `${text}&${name}=${value}`, url);
      const request = readProviderRequest(full.replace('https:/', ''));
      if (request === undefined) throw new Error(`no provider at ${url}`);
      const { status, headers, body } = answerProvider(request, recordings);
      return buildPayload(part, body, {
        url,
        status,
        replay: {
          ...(headers['x-replay-outcome'] === undefined ? {} : { outcome: headers['x-replay-outcome'] }),
          ...(headers['x-replay-marked'] === undefined ? {} : { marked: headers['x-replay-marked'] }),
        },
      });
    },
  };
}

/** Builds a client that gives the same answers in turn, the last one for ever. */
export function createScriptedClient(answers: readonly Payload[]): ReplayedClient {
  const urls: string[] = [];
  return {
    urls,
    fetch: () => Promise.reject(new Error('not used by these connectors')),
    get: async ({ part, url }): Promise<Payload> => {
      const answer = answers[Math.min(urls.length, answers.length - 1)];
      urls.push(url);
      if (answer === undefined) throw new Error('no answer left');
      return { ...answer, part, url };
    },
  };
}
