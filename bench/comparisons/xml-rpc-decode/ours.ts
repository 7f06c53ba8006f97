/** node ours.ts FILE: our decoder, from the bytes of the document to its values. */
import { readFileSync } from 'node:fs';
import { decodeCall } from '../../../protocol/xml-rpc/xml-rpc.ts';
import { speak } from '../../harness/line-protocol.ts';
import { canonical } from './canonical.ts';

const document = readFileSync(process.argv[2] as string);
await speak(
  () => canonical(decodeCall(document).params[0]),
  () => decodeCall(document),
);
