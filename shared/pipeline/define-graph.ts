export type Layer = 'bronze' | 'silver' | 'agents';

/** What a graph line says about an asset. `reads` may only name assets of the same graph. */
export interface AssetLine<Name extends string> {
  readonly layer: Layer;
  readonly reads: readonly Name[];
  readonly description: string;
}

/** A named product of the pipeline with its place in the graph. */
export interface Asset<Name extends string> extends AssetLine<Name> {
  readonly name: Name;
  readonly readBy: readonly Name[];
}

export interface Graph<Name extends string> {
  /** Names in the order of the definition, which is also a topological order. */
  readonly names: readonly Name[];
  readonly assets: Readonly<Record<Name, Asset<Name>>>;
}

/** A path of assets that leads back to its start, or null. */
function findCycle<Name extends string>(lines: Readonly<Record<Name, AssetLine<Name>>>): Name[] | null {
  const done = new Set<Name>();
  const visit = (name: Name, path: readonly Name[]): Name[] | null => {
    const start = path.indexOf(name);
    if (start !== -1) return [...path.slice(start), name];
    if (done.has(name)) return null;
    for (const upstream of lines[name].reads) {
      const cycle = visit(upstream, [...path, name]);
      if (cycle !== null) return cycle;
    }
    done.add(name);
    return null;
  };
  for (const name of Object.keys(lines) as Name[]) {
    const cycle = visit(name, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

/**
 * The names, every upstream before its readers. Among assets that may come next, the order of the definition decides.
 *
 * @throws Error with the path, when the lines contain a cycle.
 */
export function sortTopologically<Name extends string>(
  lines: Readonly<Record<Name, AssetLine<Name>>>,
): Name[] {
  const cycle = findCycle(lines);
  if (cycle !== null) throw new Error(`The graph has a cycle: ${cycle.join(' → ')}`);
  const sorted: Name[] = [];
  const visit = (name: Name): void => {
    if (sorted.includes(name)) return;
    for (const upstream of lines[name].reads) visit(upstream);
    sorted.push(name);
  };
  for (const name of Object.keys(lines) as Name[]) visit(name);
  return sorted;
}

/**
 * Checks the lines and turns them into a graph. A name in `reads` that is not a line does not compile.
 *
 * @throws Error when the lines contain a cycle, naming its path.
 */
export function defineGraph<const Name extends string>(
  lines: Readonly<Record<Name, AssetLine<NoInfer<Name>>>>,
): Graph<Name> {
  const names = sortTopologically<Name>(lines);
  const assets = Object.fromEntries(
    names.map((name) => [
      name,
      { ...lines[name], name, readBy: names.filter((reader) => lines[reader].reads.includes(name)) },
    ]),
  ) as unknown as Record<Name, Asset<Name>>;
  return { names, assets };
}
