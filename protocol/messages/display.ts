import { z } from 'zod';
import { SpillwayError } from '../errors.ts';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { EventIdentity } from './raw-event.ts';

const TYPE = 'display/1';

const Caption = z.strictObject({
  ...EventIdentity,
  kind: z.enum(['event', 'waveforms']),
  time: EventTime.describe('of the event'),
  text: z.string().describe('what there is to see, for those who do not see it'),
  width: z.int().min(1),
  height: z.int().min(1),
});

/** A picture for people. */
export interface Display extends z.infer<typeof Caption> {
  /** PNG. */
  readonly png: Uint8Array;
}

/** On the wire: length of the caption (32 bits, little-endian) | caption as JSON | PNG. */
export const display: MessageType<Display> = {
  type: TYPE,
  stream: 'DISPLAY',
  subject: (experiment, body) => subjects.display(experiment, body.kind, body.detector),
  identity: body =>
    `${body.kind}:${body.site}:${body.detector}:${body.run}:${body.equipment}:${body.serial}~${body.copy}`,
  time: body => body.time,
  encode({ png, ...caption }) {
    const json = encodeJson(caption);
    const bytes = new Uint8Array(4 + json.length + png.length);
    new DataView(bytes.buffer).setUint32(0, json.length, true);
    bytes.set(json, 4);
    bytes.set(png, 4 + json.length);
    return bytes;
  },
  decode(bytes) {
    const length =
      bytes.length < 4
        ? Number.POSITIVE_INFINITY
        : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    if (length > bytes.length - 4)
      throw new SpillwayError('MESSAGE_MALFORMED', `${TYPE}: ${bytes.length} bytes hold no caption`);
    const caption = decodeJson(TYPE, Caption, bytes.subarray(4, 4 + length));
    return { ...caption, png: bytes.subarray(4 + length) };
  },
};
