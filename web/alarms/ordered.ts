/** Where in an ordered list something belongs: behind what is equal to it. */
function placeIn<Item>(list: readonly Item[], item: Item, compare: (a: Item, b: Item) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = list[middle];
    if (there !== undefined && compare(there, item) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An ordered list with one item more, without ordering all of it again. */
export const withItem = <Item>(
  list: readonly Item[],
  item: Item,
  compare: (a: Item, b: Item) => number,
): readonly Item[] => list.toSpliced(placeIn(list, item, compare), 0, item);

/** A list with one item less. */
export function withoutItem<Item>(list: readonly Item[], item: Item): readonly Item[] {
  const at = list.indexOf(item);
  return at < 0 ? list : list.toSpliced(at, 1);
}
