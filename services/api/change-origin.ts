import type { Request } from 'express';
import { z } from 'zod';
import type { ChangeOrigin } from '../../shared/pipeline/changes.ts';
import { parseBody } from './input.ts';

/** Who asked, when the request does not say: the keys of the API are secrets without a name. */
const UNNAMED = 'unnamed';

const originSchema = z.strictObject({
  actor: z.string().trim().min(1).max(200).default(UNNAMED),
  reason: z.string().trim().min(1).max(2_000).nullable().default(null),
});

/** Who asks for a change and why: the body of a request that needs none. @throws ProblemError naming every wrong field */
export function readOrigin(request: Request): ChangeOrigin {
  // Clients that send nothing with a POST say so by its length, and then need no type of content.
  return request.get('content-length') === '0' ? originSchema.parse({}) : parseBody(request, originSchema);
}
