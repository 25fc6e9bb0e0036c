import type { OutputSource } from './contract/signals.ts';

const isWithin = (path: string, parent: string): boolean => path === parent || path.startsWith(`${parent}.`);

/** The source of the output at a path, or of the one that it stands under; undefined where none is recorded. */
export const findSource = <Source extends Pick<OutputSource, 'path'>>(
  sources: readonly Source[],
  path: string,
): Source | undefined =>
  sources
    .filter((source) => isWithin(path, source.path))
    .toSorted((a, b) => b.path.length - a.path.length)[0];

/** The unit of the number at a path; null where none is recorded. */
export function unitOf({ units }: Pick<OutputSource, 'units'>, path: string): string | null {
  const name = path.split('.').at(-1)!;
  return units[name] ?? units['*'] ?? null;
}

/** What stands at a path of the outputs of a report; undefined where nothing does. */
export const readOutput = (outputs: Readonly<Record<string, unknown>>, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], outputs);
