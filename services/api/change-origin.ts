import type { ChangeOrigin } from '../../shared/pipeline/changes.ts';
import type { Principal } from './authorization.ts';

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
