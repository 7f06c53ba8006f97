import { Digest } from '../../harness/digest.ts';

/** What a receiver has of a callback: of each device the name, the number of values, and these in single precision. */
export function digestOf(
  devices: Iterable<{ readonly name: string; readonly values: readonly number[] }>,
): string {
  const digest = new Digest();
  for (const { name, values } of devices) {
    digest.text(`${name} ${values.length};`);
    digest.bytes(new Uint8Array(Float32Array.from(values).buffer));
  }
  return digest.toString();
}
