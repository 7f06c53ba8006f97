import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AcknowledgementStatus,
  decodeAcknowledgement,
  encodeAcknowledgement,
} from '../../../protocol/midas/acknowledgement.ts';

const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(
      uint(16),
      fc.constantFrom(...Object.values(AcknowledgementStatus)),
      uint(32),
      uint(32),
      (eventId, status, serial, number) => {
        const told = { eventId, status, serial, number };
        expect(decodeAcknowledgement(encodeAcknowledgement(told))).toEqual(told);
      },
    ),
  );
});

test('the bytes are those of the page', () => {
  const bytes = encodeAcknowledgement({
    eventId: 1,
    status: AcknowledgementStatus.known,
    serial: 17,
    number: 3,
  });
  expect(Buffer.from(bytes).toString('hex')).toBe('5350414b010001001100000003000000');
});

test.each([
  ['too few bytes', new Uint8Array(15)],
  ['another magic', new Uint8Array(16)],
  ['an unknown status', Uint8Array.of(0x53, 0x50, 0x41, 0x4b, 1, 0, 99, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
])('%s: no acknowledgement', (_, bytes) => {
  expect(() => decodeAcknowledgement(bytes)).toThrow(expect.objectContaining({ code: 'MIDAS_MALFORMED' }));
});
