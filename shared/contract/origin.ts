import { z } from 'zod';

/** Who asks for a change and why, as the body of a request that needs nothing else. */
export const OriginSchema = z.strictObject({
  actor: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Who asks, for the audit log. A key that has a name says it itself.' }),
  reason: z.string().trim().min(1).max(2_000).nullable().default(null).meta({ description: 'Why.' }),
});
