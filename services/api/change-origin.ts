import type { Request } from 'express';
import type { z } from 'zod';
import { OriginSchema } from '../../shared/contract/origin.ts';
import type { ChangeOrigin } from '../../shared/pipeline/changes.ts';
import { parseBody } from './input.ts';

/** Who asked, when the request does not say: the keys of the API are secrets without a name. */
const UNNAMED = 'unnamed';

/** Who asks for a change and why, as the audit log keeps it. */
export function nameOrigin({ actor, reason }: z.output<typeof OriginSchema>): ChangeOrigin {
  return { actor: actor ?? UNNAMED, reason };
}

/** Who asks for a change and why: the body of a request that needs none. @throws ProblemError naming every wrong field */
export function readOrigin(request: Request): ChangeOrigin {
  // Clients that send nothing with a POST say so by its length, and then need no type of content.
  return nameOrigin(
    request.get('content-length') === '0' ? OriginSchema.parse({}) : parseBody(request, OriginSchema),
  );
}
