import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** An import that is there at run time: types are erased. */
const VALUE_IMPORT = /^(?:import|export)(?! type\b)[^;]*?from '(\.[^']+)'|new URL\('(\.[^']+\.ts)', import/gm;

export const ROOT = resolve(import.meta.dirname, '../..');

function listImports(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(VALUE_IMPORT)].map(([, imported, worker]) =>
    relative(ROOT, resolve(ROOT, dirname(file), imported ?? worker ?? '')),
  );
}

/** Every file that is loaded when `entry` is, itself included; those that `isLeftOut` are not followed. Paths from the root. */
export function listLoaded(
  entry: string,
  isLeftOut: (file: string) => boolean = () => false,
  loaded = new Set<string>(),
): ReadonlySet<string> {
  if (loaded.has(entry) || isLeftOut(entry)) return loaded;
  loaded.add(entry);
  for (const file of listImports(entry)) listLoaded(file, isLeftOut, loaded);
  return loaded;
}
