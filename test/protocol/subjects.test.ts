import { expect, test } from 'vitest';
import { actors } from '../../actors/index.ts';
import { STREAMS, type StreamName, type StreamSpec, token } from '../../protocol/subjects.ts';

/** In the table, but no actors: the host itself, and people at a terminal. */
const OTHERS = ['runtime', 'operators'];

test.each(Object.keys(STREAMS) as StreamName[])('who writes and reads %s is what its actors say', name => {
  const { producers, consumers }: StreamSpec = STREAMS[name];
  const namesOf = (side: 'produces' | 'consumes') =>
    actors.filter(actor => actor[side].includes(name)).map(actor => actor.name);
  const told = (some: readonly string[]) => some.filter(one => !OTHERS.includes(one)).toSorted();
  expect(told(producers)).toEqual(namesOf('produces').toSorted());
  expect(told(consumers)).toEqual(namesOf('consumes').toSorted());
});

test('nothing that NATS gives a meaning to gets into a subject token', () => {
  expect(token('E:TOR101 *.>')).toBe('e_tor101____');
});
