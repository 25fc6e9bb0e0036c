import type { Request, Response } from 'express';
import type { z } from 'zod';
import { OriginSchema } from '../../shared/contract/origin.ts';
import type { ChangeOrigin } from '../../shared/pipeline/changes.ts';
import { principalOf, type Principal } from './authorization.ts';
import { parseBody } from './input.ts';

/** Who asked, when neither the key nor the request says so. */
const UNNAMED = 'unnamed';

/**
 * Who asks for a change and why, as the audit log keeps it. A key that has a name is the actor, whatever the request says:
 * what it says is kept beside it.
 */
export function nameOrigin(
  { actor, reason = null }: { readonly actor?: string | undefined; readonly reason?: string | null },
  { name }: Principal,
): ChangeOrigin {
  if (name === null) return { actor: actor ?? UNNAMED, reason };
  return { actor: name, reason, ...(actor === undefined || actor === name ? {} : { onBehalfOf: actor }) };
}

/** The same for a route of the older form. @throws ProblemError naming every wrong field */
export function readOrigin(request: Request, response: Response): ChangeOrigin {
  const given: z.output<typeof OriginSchema> =
    // Clients that send nothing with a POST say so by its length, and then need no type of content.
    request.get('content-length') === '0' ? OriginSchema.parse({}) : parseBody(request, OriginSchema);
  return nameOrigin(given, principalOf(response));
}
