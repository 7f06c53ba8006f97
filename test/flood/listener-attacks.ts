import { encodeCall } from '../../protocol/xml-rpc/xml-rpc.ts';
import type { Attack } from './attack.ts';
import { commonAttacks } from './common-attacks.ts';

const text = (document: Uint8Array): string => new TextDecoder().decode(document);
/** The default of `callback.method`; the configuration itself takes long to load. */
const METHOD = 'spillway.readings';

/** Just below the 4 MiB that a callback may have. */
const LARGE = 4 * 1024 * 1024 - 4096;
const NESTED = 20_000;

/** A callback that is none of ours: read whole, and refused. */
const strange = { id: 'x', event: 'A9', sequence: 1, seconds: 1, nanoseconds: 0, readings: [] };

export const listenerAttacks: readonly Attack[] = commonAttacks({
  type: 'text/xml',
  small: text(encodeCall(METHOD, [strange, 1])),
  large: text(encodeCall(METHOD, [{ ...strange, padding: 'x'.repeat(LARGE) }, 1])),
  deep: `<?xml version="1.0"?><methodCall><methodName>${METHOD}</methodName><params><param>${'<value><array><data>'.repeat(NESTED)}`,
});
