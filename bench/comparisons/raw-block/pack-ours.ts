/** node pack-ours.ts FILE: our encoder, from values to the bytes of a record. */
import { encodeRecord } from '../../../protocol/raw-block/raw-block.ts';
import { Digest } from '../../harness/digest.ts';
import { speak } from '../../harness/line-protocol.ts';
import { readRecord } from './input.ts';

const record = readRecord(process.argv[2] as string);
const pack = (): Uint8Array => encodeRecord(record, { minor: 2 });
await speak(() => new Digest().bytes(pack()).toString(), pack);
