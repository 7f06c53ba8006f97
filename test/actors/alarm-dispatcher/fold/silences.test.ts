import { expect, test } from 'vitest';
import { parseAlarmCommand } from '../../../../protocol/messages/alarm-command.ts';
import { eventTimeFromMs } from '../../../../protocol/time.ts';
import { Changes, silenceCommand, told, uuid } from '../changes.ts';
import { Desk, discord, slack } from '../desk.ts';

const MINUTE = 60_000;
const open = (config: object = { channels: { chat: discord() } }) => {
  const desk = new Desk(config);
  return { desk, changes: new Changes(desk) };
};
const last = (desk: Desk) => desk.silences.at(-1);

test('a silence is answered, announced, holds back, and tells at its end what is still there', () => {
  const { desk, changes } = open();
  desk.command(silenceCommand(desk));
  expect(desk.results).toMatchObject([{ done: true, kind: 'silence' }]);
  expect(desk.notices).toMatchObject([{ kind: 'silence', channel: 'chat', firing: false }]);
  desk.pass(MINUTE);
  expect(changes.raise('beam/horn/a', 'MAJOR')).toEqual([]);
  changes.raise('beam/horn/b', 'MAJOR');
  changes.clear('beam/horn/b');
  expect(told(changes.raise('beam/target/c', 'MAJOR'))).toEqual(['page chat: Temperature of c']);
  desk.pass(60 * MINUTE);
  expect(last(desk)).toMatchObject({ phase: 'expired', fired: 2, endedBy: '' });
  expect(told(desk.notices.slice(2))).toEqual([
    'page chat: Temperature of a',
    'silence chat: Silence ended: area="beam/horn". Raised meanwhile: 2, active now: 1',
  ]);
  expect(desk.notices.at(-1)?.items).toMatchObject([{ alarm: 'beam/horn/a', transitions: [] }]);
});

test('a silence that ends with its alarms waits until there was one', () => {
  const { desk, changes } = open();
  desk.command(silenceCommand(desk, { endWhenCleared: true }));
  desk.pass(MINUTE);
  expect(last(desk)?.phase).toBe('active');
  changes.raise('beam/horn/a');
  changes.raise('beam/horn/b');
  changes.clear('beam/horn/a');
  desk.pass(MINUTE);
  expect(last(desk)?.phase).toBe('active');
  changes.clear('beam/horn/b');
  expect(last(desk)).toMatchObject({ phase: 'expired', fired: 2 });
});

test('a silence over an active alarm ends repetition and escalation, and its message still tells the truth', () => {
  const { desk, changes } = open({
    channels: { chat: discord(), experts: slack() },
    repeat: '20m',
    routes: [{ channels: ['chat'], escalate: [{ after: '10m', channels: ['experts'] }] }],
  });
  changes.raise('beam/horn/a', 'MAJOR');
  desk.pass(MINUTE);
  desk.command(silenceCommand(desk));
  expect(last(desk)).toMatchObject({ phase: 'active', matching: 1 });
  desk.pass(30 * MINUTE);
  expect(desk.notices.filter(({ kind }) => kind === 'repeat' || kind === 'escalation')).toEqual([]);
  changes.clear('beam/horn/a');
  desk.pass(MINUTE);
  expect(desk.notices.at(-1)).toMatchObject({ kind: 'update', edits: 'message-1', firing: false });
});

test('a silence tells only the channels that it can matter to', () => {
  const { desk } = open({
    channels: { horn: discord(), disks: discord() },
    routes: [
      { match: { area: 'beam' }, channels: ['horn'] },
      { match: { area: 'daq' }, channels: ['disks'] },
    ],
  });
  desk.command(silenceCommand(desk));
  desk.pass(MINUTE);
  expect(desk.notices.map(({ channel }) => channel)).toEqual(['horn']);
});

test('a silence for later starts then, can be changed and ended, and stays listed for a while', () => {
  const { desk, changes } = open();
  desk.command(silenceCommand(desk, { startsAt: eventTimeFromMs(desk.now + 10 * MINUTE) }));
  expect(last(desk)?.phase).toBe('pending');
  desk.pass(11 * MINUTE);
  expect(last(desk)?.phase).toBe('active');
  changes.raise('beam/horn/a');
  desk.command(silenceCommand(desk, { matchers: [{ name: 'area', value: 'beam/target' }] }));
  expect(told(desk.pass(MINUTE))).toContain('page chat: Temperature of a');
  const {
    silence: _s,
    matchers: _m,
    startsAt: _a,
    endsAt: _e,
    endWhenCleared: _w,
    comment: _c,
    ...common
  } = {
    ...silenceCommand(desk),
  } as Record<string, unknown>;
  const expire = parseAlarmCommand({ ...common, kind: 'expire-silence', silence: uuid(1), note: '' });
  desk.command(expire);
  expect(last(desk)).toMatchObject({ phase: 'expired', endedBy: 'Ada' });
  desk.command(expire);
  expect(desk.results.at(-1)).toMatchObject({ done: false, code: 'COMMAND_REFUSED' });
  expect(desk.state.silences.size).toBe(1);
  desk.pass(8 * 24 * 60 * MINUTE);
  expect(desk.state.silences.size).toBe(0);
});

test.each([
  ['ends before it starts', { endsAt: eventTimeFromMs(0) }, 'COMMAND_REFUSED'],
  [
    'has a matcher that is none',
    { matchers: [{ name: 'area', value: '(', isRegex: true }] },
    'EXPRESSION_INVALID',
  ],
])('a silence that %s is refused', (_, over, code) => {
  const { desk } = open();
  desk.command(silenceCommand(desk, over));
  expect(desk.results).toMatchObject([{ done: false, code }]);
  expect(desk.state.silences.size).toBe(0);
  expect(desk.notices).toEqual([]);
});

test('a silence that lasts longer than its stream keeps messages is told of again', () => {
  const { desk } = open();
  desk.command(silenceCommand(desk, { endsAt: eventTimeFromMs(desk.now + 100 * 86_400_000) }));
  desk.pass(60 * 86_400_000);
  expect(desk.silences.length).toBeGreaterThanOrEqual(8);
  expect(new Set(desk.silences.map(({ phase }) => phase))).toEqual(new Set(['active']));
});
