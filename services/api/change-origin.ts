import type { z } from 'zod';
import type { OriginSchema } from '../../shared/contract/origin.ts';
import type { ChangeOrigin } from '../../shared/pipeline/changes.ts';

/** Who asked, when the request does not say: the keys of the API are secrets without a name. */
const UNNAMED = 'unnamed';

/** Who asks for a change and why, as the audit log keeps it. */
export function nameOrigin({ actor, reason }: z.output<typeof OriginSchema>): ChangeOrigin {
  return { actor: actor ?? UNNAMED, reason };
}
