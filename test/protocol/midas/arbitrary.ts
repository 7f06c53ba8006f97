import * as fc from 'fast-check';
import { BankKind, EventId, encodeDataEvent, encodeTextEvent } from '../../../protocol/midas/midas.ts';

const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });

const bank = fc.record({
  name: fc.stringMatching(/^[A-Z][A-Z0-9]{0,3}$/),
  type: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 17, 18, 99),
  values: fc.uint8Array({ maxLength: 40 }),
});

/** An event to be written: with banks of any kind, or one of the logger's. */
export const anyWritten = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('data' as const),
      header: fc.record({ id: uint(15), triggerMask: uint(16), serial: uint(32), time: uint(32) }),
      kind: fc.constantFrom(...Object.values(BankKind)),
      banks: fc.array(bank, { maxLength: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('text' as const),
      id: fc.constantFrom(...Object.values(EventId)),
      serial: uint(32),
      time: uint(32),
      text: fc.string({ unit: fc.constantFrom('{', '}', '"', ':', ' ', 'a', 'é', '€', '\n'), maxLength: 30 }),
    }),
  },
);
export type Written = typeof anyWritten extends fc.Arbitrary<infer Value> ? Value : never;

export const bytesOf = (written: Written): Uint8Array =>
  written.what === 'data'
    ? encodeDataEvent(written.header, written.kind, written.banks)
    : encodeTextEvent(written.id, written.serial, written.time, written.text);
