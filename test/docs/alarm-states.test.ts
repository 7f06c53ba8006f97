import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stateBeneath } from '../../actors/alarm-engine/life/alarm.ts';
import { PRECEDENCE } from '../../protocol/alarm/alarm-state.ts';
import { anyEvents, anyManner, live } from '../actors/alarm-engine/life/story.ts';
import { readPage } from './examples.ts';

const { text } = await readPage('docs/alarm-states.md');
const rows = Array.from(text.matchAll(/^\| \d \| `([a-z-]+)` \|.*\| ([A-I]) \|$/gm), ([, state, letter]) => ({
  state,
  letter,
}));

test('the table of the page has the states in the order of their precedence', () => {
  expect(rows.map(({ state }) => state)).toEqual(PRECEDENCE);
});

test('the diagram shows every way an alarm goes, and no other', () => {
  const letterOf = new Map(rows.map(({ state, letter }) => [state, letter]));
  const drawn = Array.from(text.matchAll(/^ {2}([A-F]) --> ([A-F]):/gm), ([, from, to]) => `${from} ${to}`);
  const gone = new Set<string>();
  const note = (from: string, to: string) => {
    if (from !== to) gone.add(`${letterOf.get(from)} ${letterOf.get(to)}`);
  };
  fc.assert(
    fc.property(anyEvents, anyManner, (events, manner) => {
      for (const { found, before, after } of live(events, manner)) {
        note(stateBeneath(found), stateBeneath(before));
        note(stateBeneath(before), stateBeneath(after));
      }
    }),
    { numRuns: 20_000, seed: 1 },
  );
  expect([...gone].toSorted()).toEqual(drawn.toSorted());
});
