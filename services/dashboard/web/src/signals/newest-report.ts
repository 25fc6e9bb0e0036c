import { ApiError, type Client } from '../../../../../shared/client/client.ts';
import { AGENT_NAMES } from '../../../../../shared/pipeline/graph.ts';

/** The newest partition that an agent has a report of; null while there is none. */
export async function findNewestReport(api: Client): Promise<string | null> {
  const found = await Promise.all(
    AGENT_NAMES.map((agent) =>
      api.getReport({ params: { agent } }).then(
        ({ partition }) => partition,
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 404) return null;
          throw error;
        },
      ),
    ),
  );
  return found.reduce(
    (newest, one) => (one !== null && (newest === null || one > newest) ? one : newest),
    null,
  );
}
