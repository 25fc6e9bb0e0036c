/**
 * The text as PostgreSQL can keep it: a NUL, which it has no place for, as its picture (`␀`), and half of a surrogate pair,
 * which `jsonb` refuses, as the replacement character. Providers send the one, and a cut through a text leaves the other.
 */
export function toStorableText(text: string): string {
  return text.replaceAll('\0', '\u2400').toWellFormed();
}
