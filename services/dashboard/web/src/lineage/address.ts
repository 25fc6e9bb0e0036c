import type { SignalInput } from '../../../../../shared/contract/signals.ts';
import { reportAddress } from '../signals/signal-words.ts';

/** A report, as it was made by a day or by a model version where one is chosen. */
export interface ReportPlace {
  readonly agent: string;
  readonly partition: string;
  readonly asOf?: string | undefined;
  readonly modelVersion?: string | undefined;
}

/** The address of the lineage of a report, of one signal or of one output of it. */
export function lineageAddress(
  { agent, partition, asOf, modelVersion }: ReportPlace,
  part: { readonly signal?: string; readonly output?: string } = {},
): string {
  const chosen = Object.entries({ ...part, modelVersion, asOf }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const query = new URLSearchParams(chosen).toString();
  return `/lineage/${agent}/${partition}${query === '' ? '' : `?${query}`}`;
}

/**
 * Where an input leads that another model made for the same partition; null for a stored series. A model version names one of the
 * agent of the report: what that gave itself is of the same version, and of the other agents it reads the current ones.
 */
export function upstreamAddress(
  { key, from }: SignalInput,
  { agent, partition, asOf, modelVersion }: ReportPlace,
): string | null {
  if (from === undefined) return null;
  if (from.kind === 'report') return reportAddress(from.agent, partition, asOf);
  const place =
    from.agent === agent ? { agent, partition, asOf, modelVersion } : { agent: from.agent, partition, asOf };
  return lineageAddress(place, { [from.kind]: key });
}
