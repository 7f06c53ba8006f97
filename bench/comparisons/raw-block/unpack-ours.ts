/** node unpack-ours.ts FILE: our decoder, from the bytes of a record to its values, checksums and every word checked. */
import { readFileSync } from 'node:fs';
import { decodeRecord } from '../../../protocol/raw-block/raw-block.ts';
import { Digest } from '../../harness/digest.ts';
import { speak } from '../../harness/line-protocol.ts';

const bytes = readFileSync(process.argv[2] as string);

/** Of each device its name, kind, time and values, as they are in the other programs. */
function answer(): string {
  const digest = new Digest();
  for (const { name, kind, seconds, milliseconds, values } of decodeRecord(bytes).devices) {
    digest.text(`${name} ${kind} ${seconds} ${milliseconds} ${values.length};`);
    digest.bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return digest.toString();
}

await speak(answer, () => decodeRecord(bytes));
