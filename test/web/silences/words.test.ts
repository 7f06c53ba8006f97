import { expect, test } from 'vitest';
import type { Silence } from '../../../protocol/messages/silence.ts';
import { durationMs, effectText, inOrder, matchersOf, timeText } from '../../../web/silences/words.ts';

const NOW = Date.UTC(2026, 10, 21, 10);
const at = (hours: number) => ({ seconds: NOW / 1000 + hours * 3600, nanoseconds: 0 });
const silence = (over: Partial<Silence>): Silence => ({
  silence: 'b5a7f1de-8f0e-4f6e-9c55-0a4f7f0e8a11',
  revision: 1,
  phase: 'active',
  matchers: [],
  startsAt: at(-1),
  endsAt: at(2),
  endWhenCleared: false,
  by: 'enrico',
  comment: '',
  endedBy: '',
  matching: 0,
  fired: 0,
  at: at(-1),
  ...over,
});

test('matchers stand on lines of their own, and empty ones are none', () => {
  expect(matchersOf('  area=beam \n\n severity!=MAJOR\r\n')).toEqual(['area=beam', 'severity!=MAJOR']);
  expect(matchersOf(' \n')).toEqual([]);
});

test('durations are what the gateway understands, and as long as they say', () => {
  expect([durationMs('30m'), durationMs('2h'), durationMs('168h')]).toEqual([
    1_800_000, 7_200_000, 604_800_000,
  ]);
});

test.each([
  ['in force', {}, 'until 2026-11-21 12:00 UTC, in 2 h'],
  [
    'to come',
    { phase: 'pending', startsAt: at(1) },
    'from 2026-11-21 11:00 UTC, until 2026-11-21 12:00 UTC, in 2 h',
  ],
  ['over by itself', { phase: 'expired', endsAt: at(-2) }, 'ended 2026-11-21 08:00 UTC, 2 h ago'],
  [
    'ended',
    { phase: 'expired', endsAt: at(-2), endedBy: 'maria' },
    'ended 2026-11-21 08:00 UTC by maria, 2 h ago',
  ],
] as const)('when it is %s, its time is told so', (_, over, text) => {
  expect(timeText(silence(over), NOW)).toBe(text);
});

test('what it does and has done is told in figures that fit their nouns', () => {
  expect(effectText(silence({ matching: 1, fired: 1 }))).toBe(
    'hides 1 alarm now; once an alarm was raised and not told',
  );
  expect(effectText(silence({ fired: 3, endWhenCleared: true }))).toBe(
    'hides 0 alarms now; 3 times an alarm was raised and not told; ends with its alarms',
  );
  expect(effectText(silence({ phase: 'expired' }))).toBe('');
});

test('what ends first stands first among those in force, what ended last among those that are over', () => {
  const list = [
    silence({ phase: 'expired', endsAt: at(-5), by: 'd' }),
    silence({ endsAt: at(5), by: 'b' }),
    silence({ phase: 'expired', endsAt: at(-1), by: 'c' }),
    silence({ endsAt: at(1), by: 'a' }),
    silence({ phase: 'pending', endsAt: at(1), by: 'p' }),
  ];
  expect(inOrder(list).map(({ by }) => by)).toEqual(['a', 'b', 'p', 'c', 'd']);
});
