import { expect, test } from 'vitest';
import { Slots } from '../../../actors/sentinel/slots.ts';

test('memory given back is used again, and that of events in hand is never shared', () => {
  const slots = new Slots();
  const first = slots.take(100);
  const second = slots.take(100);
  expect(second.bytes.buffer).not.toBe(first.bytes.buffer);
  first[Symbol.dispose]();
  expect(slots.take(60).bytes.buffer).toBe(first.bytes.buffer);
});

test('a larger event gets larger memory, and from then on every new one is as large', () => {
  const slots = new Slots();
  const small = slots.take(10);
  small[Symbol.dispose]();
  const large = slots.take(1000);
  expect(large.bytes).toHaveLength(1000);
  expect(slots.take(10).bytes).toHaveLength(1000);
  large[Symbol.dispose]();
  expect(slots.take(1000).bytes.buffer).toBe(large.bytes.buffer);
});

test('threads can see it', () => {
  expect(new Slots().take(1).bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
});
