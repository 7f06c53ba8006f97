import type { Delivered } from '../../../runtime/actor.ts';

/**
 * Several recorded streams as one, by the time at which their messages were stored; at equal times the earlier source
 * first. Holds one message of each.
 */
export async function* mergeByTime<Body>(
  sources: readonly AsyncIterable<Delivered<Body>>[],
): AsyncGenerator<Delivered<Body>> {
  const readers = sources.map(source => source[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(readers.map(reader => reader.next()));
    for (;;) {
      let first = -1;
      for (const [index, head] of heads.entries()) {
        if (head.done) continue;
        const best = heads[first];
        if (!best || best.done || head.value.storedAt < best.value.storedAt) first = index;
      }
      const [head, reader] = [heads[first], readers[first]];
      if (!head || head.done || !reader) return;
      yield head.value;
      heads[first] = await reader.next();
    }
  } finally {
    await Promise.all(readers.map(async reader => reader.return?.(undefined)));
  }
}
