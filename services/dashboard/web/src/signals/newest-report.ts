import type { Client } from '../../../../../shared/client/client.ts';

/** The newest partition that an agent has a report of; null while there is none. */
export async function findNewestReport(api: Client): Promise<string | null> {
  const { data } = await api.listReports();
  return (
    data
      .map(({ partition }) => partition)
      .toSorted()
      .at(-1) ?? null
  );
}
