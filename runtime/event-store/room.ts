import type { StoredBody } from '../../protocol/messages/raw-event.ts';

/**
 * Memory for a body: the caller's, or new.
 * @throws RangeError when the caller's is too small
 */
export function roomFor({ name, bytes }: StoredBody, into: Uint8Array | undefined): Uint8Array {
  if (into === undefined) return new Uint8Array(bytes);
  if (into.length >= bytes) return into.subarray(0, bytes);
  throw new RangeError(`${name} has ${bytes} bytes, and there is room for ${into.length}`);
}
