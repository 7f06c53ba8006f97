/** A unit at the start of the bytes, or how many bytes from its start a unit needs to be judged. */
export type Cut<Unit> = { readonly size: number; readonly unit: Unit } | { readonly needed: number };

/**
 * Cuts a byte stream into units. Of a chunk only what ends a unit begun in an earlier one is copied; a unit that spans many
 * chunks is put together once, so the cost stays linear in its size.
 *
 * `cut` is given the bytes, where in them the next unit starts, and the offset of that place in the stream.
 * Units may be views into the chunks. `atEnd` sees what the stream ended on: the start of a unit that never
 * became whole. Back-pressure is the `for await` itself; what `cut` throws ends the stream.
 */
export async function* carve<Unit>(
  source: AsyncIterable<Uint8Array>,
  cut: (bytes: Uint8Array, start: number, offset: number) => Cut<Unit>,
  atEnd: (rest: Uint8Array, offset: number) => Unit | undefined,
): AsyncGenerator<Unit, void, undefined> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let needed = 1;
  let offset = 0;
  for await (const chunk of source) {
    let start = 0;
    while (heldBytes > 0) {
      const piece = chunk.subarray(start, start + Math.max(0, needed - heldBytes));
      held.push(piece);
      heldBytes += piece.byteLength;
      start += piece.byteLength;
      if (heldBytes < needed) break;
      const bytes = join(held, heldBytes);
      const taken = cut(bytes, 0, offset);
      const size = 'needed' in taken ? 0 : taken.size;
      held = size < heldBytes ? [bytes.subarray(size)] : [];
      heldBytes -= size;
      offset += size;
      needed = 'needed' in taken ? taken.needed : 1;
      if (!('needed' in taken)) yield taken.unit;
    }
    while (start < chunk.byteLength) {
      const taken = cut(chunk, start, offset);
      if ('needed' in taken) {
        needed = taken.needed;
        held = [chunk.subarray(start)];
        heldBytes = chunk.byteLength - start;
        break;
      }
      start += taken.size;
      offset += taken.size;
      yield taken.unit;
    }
  }
  const last = heldBytes > 0 ? atEnd(join(held, heldBytes), offset) : undefined;
  if (last !== undefined) yield last;
}

const join = (chunks: readonly Uint8Array[], length: number): Uint8Array => {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
};
