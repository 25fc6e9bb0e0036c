import { listB3Keys } from './b3.ts';
import { listFredKeys } from './fred.ts';
import { listPtaxKeys } from './ptax.ts';
import type { RecordedKey, Recordings } from './recordings.ts';
import { listSgsKeys } from './sgs.ts';
import { listTesouroKeys } from './tesouro.ts';
import { listTreasuryKeys } from './treasury.ts';
import { listYahooKeys } from './yahoo.ts';

/** The recorded span of every key of every provider, worked out from the files. */
export interface Manifest {
  readonly keys: readonly RecordedKey[];
}

/** Reads every file of the folder once; the second call is free. */
export function buildManifest(recordings: Recordings): Manifest {
  return recordings.remember('manifest', () => ({
    keys: [
      ...listSgsKeys(recordings),
      ...listFredKeys(recordings),
      ...listYahooKeys(recordings),
      ...listPtaxKeys(recordings),
      ...listB3Keys(recordings),
      ...listTesouroKeys(recordings),
      ...listTreasuryKeys(recordings),
    ],
  }));
}
