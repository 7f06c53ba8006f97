import { expect, test } from 'vitest';
import { AlarmState } from '../../protocol/alarm/alarm-state.ts';
import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import type { Notice } from '../../protocol/messages/notice.ts';
import { CHANNEL } from './configuration.ts';
import type { Evidence } from './evidence.ts';
import { judge } from './judge.ts';

const change = (transition: number): AlarmChange =>
  ({ alarm: 'part-5/turn', transition, from: AlarmState.normal, to: AlarmState.acknowledged }) as AlarmChange;

const page = (number: number, transitions: readonly number[]): Notice =>
  ({
    channel: CHANNEL,
    number,
    kind: 'page',
    items: [{ alarm: 'part-5/turn', transitions, firing: false }],
    covered: [],
  }) as unknown as Notice;

const arrival = (number: number, payload: unknown = { number }) => ({
  key: encodeURIComponent(`${CHANNEL}:${number}`),
  receivedAt: 1,
  repeated: false,
  payload,
});

const told = [change(1), change(2), page(1, [1]), page(2, [2])];

/** Of a run in which everything went well, with one poison. */
const CLEAN: Evidence = {
  verification: { findings: [] } as unknown as Evidence['verification'],
  files: new Map([
    ['a.mbeam.raw', [1, 2, 3]],
    ['b.mbeam.raw', [4, 5]],
  ]),
  poisons: [{ stream: 'BEAM', poison: 'malformed', subject: 's', sequence: 9 }],
  readers: [
    { stream: 'BEAM', lane: 'recorder' },
    { stream: 'BEAM', lane: 'spill-packer' },
    { stream: 'SLOW', lane: 'recorder' },
  ],
  letters: ['recorder', 'spill-packer'].map(lane => letterOf(lane, 9)),
  alarms: {
    changes: [change(1), change(2)],
    notices: [page(1, [1]), page(2, [2])],
    received: [arrival(1), arrival(2)],
    told,
    expected: told,
  },
};

function letterOf(lane: string, sequence: number): Evidence['letters'][number] {
  return {
    lane,
    actor: lane,
    code: 'MESSAGE_MALFORMED',
    reason: 'not JSON',
    attempts: 1,
    stream: 'BEAM@1',
    sequence,
    subject: 's',
  };
}

const NONE = { lost: 0, duplicated: 0, disordered: 0, different: 0, alarmsLost: 0, alarmsDoubled: 0 };

const alarms = (over: Partial<Evidence['alarms']>): Evidence => ({
  ...CLEAN,
  alarms: { ...CLEAN.alarms, ...over },
});

test('nothing is wrong with a run in which everything went well', () => {
  expect(judge(CLEAN)).toEqual({ counts: NONE, deadLetters: { expected: 2, found: 2 }, wrong: [] });
});

test.each([
  ['a record lost', 'lost', finding({ kind: 'lost', stage: 'stored', key: 'A9 in', lastSeen: 'packed' })],
  [
    'a record double',
    'duplicated',
    finding({ kind: 'duplicated', stage: 'filed', key: 'A9 in', where: ['a', 'b'], expected: 1 }),
  ],
  [
    'a record different',
    'different',
    finding({ kind: 'different', stage: 'filed', key: 'A9 in', where: 'a' }),
  ],
  [
    'another unreadable message than the poison',
    'different',
    finding({ kind: 'different', stage: 'accepted', key: 'unreadable', where: 'BEAM 90: not JSON' }),
  ],
  [
    'two records of a file in the wrong order',
    'disordered',
    { ...CLEAN, files: new Map([['a', [1, 3, 2]]]) },
  ],
  ['a record of a file twice', 'disordered', { ...CLEAN, files: new Map([['a', [1, 1]]]) }],
  [
    'a transition that no page tells',
    'alarmsLost',
    alarms({ notices: [page(1, [1])], received: [arrival(1)] }),
  ],
  ['a page that never arrived', 'alarmsLost', alarms({ received: [arrival(1)] })],
  ['a transition in two pages', 'alarmsDoubled', alarms({ notices: [page(1, [1]), page(2, [1, 2])] })],
  ['a transition told twice', 'alarmsDoubled', alarms({ changes: [change(1), change(2), change(2)] })],
  [
    'a page that comes again with other words',
    'alarmsDoubled',
    alarms({ received: [arrival(1), arrival(2), arrival(2, 'other')] }),
  ],
  ['a page that nobody decided', 'alarmsDoubled', alarms({ received: [arrival(1), arrival(2), arrival(3)] })],
  ['an engine that should have told more', 'different', alarms({ expected: [...told, change(3)] })],
] as const)('%s is found', (_what, count, evidence) => {
  const { counts, wrong } = judge(evidence);
  expect(counts[count]).toBeGreaterThan(0);
  expect(wrong.length).toBeGreaterThan(0);
});

function finding(one: Evidence['verification']['findings'][number]): Evidence {
  return { ...CLEAN, verification: { ...CLEAN.verification, findings: [one] } };
}

test('poison that cannot be read is as it should be, and so is a page that comes again as it was', () => {
  const unreadable = finding({
    kind: 'different',
    stage: 'accepted',
    key: 'unreadable',
    where: 'BEAM 9: not JSON',
  });
  expect(judge(unreadable).wrong).toEqual([]);
  expect(judge(alarms({ received: [arrival(1), arrival(1), arrival(2)] })).wrong).toEqual([]);
});

test.each([
  ['poison that a lane has not put aside', CLEAN.letters.slice(1)],
  ['poison put aside twice', [...CLEAN.letters, letterOf('recorder', 9)]],
  ['an innocent message put aside', [...CLEAN.letters, letterOf('recorder', 8)]],
] as const)('%s is found', (_what, letters) => {
  expect(judge({ ...CLEAN, letters }).wrong).toHaveLength(1);
});
