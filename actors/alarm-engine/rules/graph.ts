/**
 * Puts names in an order in which each comes after those it depends on.
 * @param dependencies of a name; those that are not among the names are passed over
 * @returns the order without what stands in a circle, and each circle once, from its first name back to it
 */
export function inOrder(
  names: Iterable<string>,
  dependencies: (name: string) => readonly string[],
): { readonly order: string[]; readonly circles: string[][] } {
  const all = new Set(names);
  const order: string[] = [];
  const circles: string[][] = [];
  const state = new Map<string, 'open' | 'done' | 'circular'>();
  for (const start of all) {
    if (state.has(start)) continue;
    // By hand and not by recursion: a chain may be as long as there are names.
    const path: { name: string; left: string[] }[] = [{ name: start, left: [...dependencies(start)] }];
    state.set(start, 'open');
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.left.shift();
      if (next === undefined) {
        path.pop();
        if (state.get(top.name) === 'open') {
          state.set(top.name, 'done');
          order.push(top.name);
        }
      } else if (all.has(next) && !state.has(next)) {
        state.set(next, 'open');
        path.push({ name: next, left: [...dependencies(next)] });
      } else if (state.get(next) === 'open') {
        const circle = path.slice(path.findIndex(({ name }) => name === next)).map(({ name }) => name);
        for (const name of circle) state.set(name, 'circular');
        circles.push([...circle, next]);
      }
    }
  }
  return { order, circles };
}
