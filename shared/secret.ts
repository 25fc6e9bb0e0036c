import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * SHA-256 of a secret, 64 hexadecimal digits: what is kept in its place. Right for random keys, which nobody can guess
 * whatever a guess costs; passwords that people think up would need a slow hash.
 */
export function hashSecret(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Those of some hashes that belong to a text. How long it takes does not depend on where they differ, nor on which one it is. */
export function matchSecret<Hashed extends { readonly hash: string }>(
  text: string,
  known: readonly Hashed[],
): Hashed | undefined {
  const given = Buffer.from(hashSecret(text));
  const matches = known.map(({ hash }) => timingSafeEqual(given, Buffer.from(hash)));
  return known[matches.indexOf(true)];
}

/** Whether a text is one of the secrets. Takes the same time whatever it is. */
export function isSecret(text: string, secrets: readonly string[]): boolean {
  const known = secrets.map((secret) => ({ hash: hashSecret(secret) }));
  return matchSecret(text, known) !== undefined;
}
