import { z } from 'zod';
import { textSchema } from './primitives.ts';

/** Who asks for a change and why, as the body of a request that needs nothing else. */
export const OriginSchema = z.strictObject({
  actor: textSchema(200)
    .optional()
    .meta({ description: 'Who asks, for the audit log. A key that has a name says it itself.' }),
  reason: textSchema(2_000).nullable().default(null).meta({ description: 'Why.' }),
});
