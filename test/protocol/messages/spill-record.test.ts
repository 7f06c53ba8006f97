import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packRecord, spillRecord } from '../../../protocol/messages/spill-record.ts';
import { anyMinor, anyRecord } from '../raw-block/arbitrary.ts';

test('what the blocks say is what the message says', () => {
  fc.assert(
    fc.property(anyRecord, anyMinor, (record, minor) => {
      const message = packRecord(record, { minor });
      expect(spillRecord.decode(spillRecord.encode(message))).toEqual(message);
      expect(spillRecord.subject('numi', message)).toBe(`numi.spill.record.${record.inOut}`);
      expect(spillRecord.time(message)).toEqual(record.time);
    }),
  );
});

test('a record of another spill, list or time is another message', () => {
  const time = { seconds: 5, nanoseconds: 6 };
  const message = { spillCount: 1, inOut: 'in', time, bytes: new Uint8Array() } as const;
  const identities = [
    message,
    { ...message, spillCount: 2 },
    { ...message, inOut: 'out' } as const,
    { ...message, time: { seconds: 5, nanoseconds: 7 } },
  ].map(other => spillRecord.identity(other));
  expect(new Set(identities).size).toBe(4);
  expect(spillRecord.identity({ ...message, bytes: new Uint8Array(3) })).toBe(identities[0]);
});

test('bytes that are not one whole record are told with the reason', () => {
  const refused = { code: 'MESSAGE_MALFORMED', cause: expect.objectContaining({ code: 'BLOCK_MALFORMED' }) };
  expect(() => spillRecord.decode(new Uint8Array(3))).toThrow(expect.objectContaining(refused));
});
