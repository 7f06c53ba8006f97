import { expect, test } from 'vitest';
import { takes } from '../../../actors/buffer-keeper/takes.ts';

const SUBJECT = 'test.event.raw.lime.trigger.1.17';

test.each([
  [[], true],
  [['test.event.>'], true],
  [['test.event.raw.*.trigger.>'], true],
  [['test.event.raw.*.trigger.*.*'], true],
  [['test.event.gap.>', SUBJECT], true],
  [['test.event.gap.>'], false],
  [['test.event.raw.*.trigger.1'], false],
  [['test.event.raw.*.trigger.*.*.>'], false],
  [[`${SUBJECT}.more`], false],
  [['other.event.>'], false],
])('a consumer of %j takes the event: %s', (subjects, expected) => {
  expect(takes({ subjects }, SUBJECT)).toBe(expected);
});
