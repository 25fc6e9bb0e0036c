/** The paths of the numbers in a value that stands at a path, places of lists counted from one: `view.trades.1.size`. */
export function listNumbers(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value === 'number') return [path.join('.')];
  if (value === null || typeof value !== 'object') return [];
  const items = Array.isArray(value)
    ? value.map((item, place): [string, unknown] => [String(place + 1), item])
    : Object.entries(value);
  return items.flatMap(([name, item]) => listNumbers(item, [...path, name]));
}
