/** Memory for records, as bytes and as words of either kind. Like every platform that runs Node.js, blocks have the lowest byte first. */
export interface Words {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Unsigned words go in here too: they are kept by their bits. */
  readonly ints: Int32Array;
  readonly floats: Float32Array;
}

/** Words of 64 KiB: eight records of NuMI. A record that is kept keeps so much. */
const SHARED_WORDS = 16 * 1024;

let shared = wordsOf(SHARED_WORDS);
let used = 0;

/**
 * Memory for one record, from word `start`. It holds anything whatever: each of the words is to be written before they are given away.
 * Small records share, as small Buffers do: with memory of its own, zeroed, a record took half as long again.
 */
export function takeWords(count: number): { readonly into: Words; readonly start: number } {
  if (count > SHARED_WORDS / 4) return { into: wordsOf(count), start: 0 };
  if (used + count > SHARED_WORDS) {
    shared = wordsOf(SHARED_WORDS);
    used = 0;
  }
  const start = used;
  used += count;
  return { into: shared, start };
}

function wordsOf(count: number): Words {
  const { buffer } = Buffer.allocUnsafeSlow(count * 4);
  return { bytes: new Uint8Array(buffer), ints: new Int32Array(buffer), floats: new Float32Array(buffer) };
}
