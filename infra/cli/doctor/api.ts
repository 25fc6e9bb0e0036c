import { explainError } from '../explain-error.ts';
import { ok, warn, wrong, type Check } from './check.ts';

const START = 'start it (make dev, or docker compose up --detach api), or name another with --api';

export const api: Check = {
  name: 'API',
  mend: START,
  async check({ api: client, apiUrl }) {
    try {
      await client.isReady();
      return ok(apiUrl);
    } catch (error) {
      return wrong(explainError(error, apiUrl), START);
    }
  },
};

export const key: Check = {
  name: 'API key',
  needs: [api.name],
  mend: 'name another with --api-key, or the same API_KEYS as the API has; macro keys create makes one',
  async check({ api: client }) {
    const { name, role } = await client.getMe();
    return ok(`${name === null ? 'without a name' : name}, role ${role}`);
  },
};

export const providers: Check = {
  name: 'providers',
  needs: [key.name],
  mend: 'ask again',
  async check({ api: client }) {
    const { data } = await client.listProviders();
    const named = (...states: string[]): string[] =>
      data.filter(({ state }) => states.includes(state)).map(({ provider }) => provider);
    const detail = data.map(({ provider, state }) => `${provider} ${state}`).join(', ');
    const mend = 'macro providers says what fails, macro probe asks each of them once';
    if (named('down').length > 0) return wrong(detail, mend);
    return named('degraded').length > 0 ? warn(detail, mend) : ok(detail);
  },
};
