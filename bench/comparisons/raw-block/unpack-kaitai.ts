/** node unpack-kaitai.ts FILE: the JavaScript reader that Kaitai Struct makes of our description. It checks all but the checksums. */
import { readFileSync } from 'node:fs';
import { kaitaiReader } from '../../../test/helpers/kaitai.ts';
import { Digest } from '../../harness/digest.ts';
import { speak } from '../../harness/line-protocol.ts';

interface BeamFile {
  readonly blocks: readonly {
    readonly contents: {
      readonly devices?: readonly {
        readonly name: string;
        readonly seconds: number;
        readonly milliseconds: number;
        readonly floats?: readonly number[];
        readonly ints?: readonly number[];
      }[];
    };
  }[];
}

const bytes = readFileSync(process.argv[2] as string);
const reader = await kaitaiReader('protocol/raw-block/minos_beam_file.ksy', 'MinosBeamFile');

function answer(): string {
  const digest = new Digest();
  for (const { contents } of (reader(bytes) as BeamFile).blocks) {
    for (const { name, seconds, milliseconds, floats, ints } of contents.devices ?? []) {
      const values = ints === undefined ? Float32Array.from(floats ?? []) : Int32Array.from(ints);
      const kind = ints === undefined ? 'float' : 'int';
      digest.text(`${name} ${kind} ${seconds} ${milliseconds} ${values.length};`);
      digest.bytes(new Uint8Array(values.buffer));
    }
  }
  return digest.toString();
}

await speak(answer, () => reader(bytes));
