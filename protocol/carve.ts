/** A unit at the start of the bytes, or how many bytes from its start a unit needs to be judged. */
export type Cut<Unit> = { readonly size: number; readonly unit: Unit } | { readonly needed: number };

/**
 * Cuts a byte stream into units. Bytes that do not fill a unit are carried over to the next chunk; a unit that
 * spans many chunks is put together once, so the cost stays linear in its size.
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
    held.push(chunk);
    heldBytes += chunk.byteLength;
    if (heldBytes < needed) continue;
    const bytes = join(held, heldBytes);
    let start = 0;
    needed = 1;
    while (start < bytes.byteLength) {
      const taken = cut(bytes, start, offset + start);
      if ('needed' in taken) {
        needed = taken.needed;
        break;
      }
      start += taken.size;
      yield taken.unit;
    }
    offset += start;
    heldBytes -= start;
    held = heldBytes > 0 ? [bytes.subarray(start)] : [];
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
