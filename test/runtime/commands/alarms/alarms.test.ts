import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageType } from '../../../../protocol/message.ts';
import { type AlarmChange, alarmChange } from '../../../../protocol/messages/alarm-change.ts';
import {
  type AlarmCommand,
  alarmCommand,
  alarmCommandResult,
  type CommandResult,
  noticeCommandResult,
} from '../../../../protocol/messages/alarm-command.ts';
import { machineMode } from '../../../../protocol/messages/machine-mode.ts';
import { notification } from '../../../../protocol/messages/notification.ts';
import { type Silence, silence } from '../../../../protocol/messages/silence.ts';
import { subjects } from '../../../../protocol/subjects.ts';
import type { Nats } from '../../../../runtime/host/nats.ts';
import { publish } from '../../../../runtime/host/publish.ts';
import { alarm } from '../../../actors/gateway/harness.ts';
import { natsServer } from '../../../helpers/nats.ts';
import { type Outcome, spillway } from '../../../helpers/spillway.ts';
import { allMessages, openTestNats } from '../../../helpers/streams.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';

const HORN = 'beam/horn/current';
const AT = { seconds: 1_800_000_000, nanoseconds: 0 };
const all = new AsyncDisposableStack();
let nats: Nats;
let alarms: (...args: string[]) => Promise<Outcome>;
const given: AlarmCommand[] = [];

const say = <Body>(type: MessageType<Body>, body: Body) =>
  publish(nats, { type, body }, [['test', 1]], { deadlineMs: 5_000 });

/** Answers commands as the engine and the dispatcher do: what is done about `nowhere` is refused. */
async function answer(command: AlarmCommand): Promise<void> {
  given.push(command);
  const refused = 'alarm' in command && command.alarm === 'nowhere';
  const result: CommandResult = {
    command: command.id,
    kind: command.kind,
    done: !refused,
    message: refused ? 'no rule defines nowhere' : `${command.kind}: done`,
    at: AT,
    ...(refused ? { code: 'ALARM_UNKNOWN' } : {}),
  };
  if (command.kind === 'silence') await say(silence, silenceFrom(command));
  await say(command.kind.endsWith('silence') ? noticeCommandResult : alarmCommandResult, result);
}

const silenceFrom = (command: Extract<AlarmCommand, { kind: 'silence' }>): Silence => ({
  silence: command.silence,
  revision: 1,
  phase: 'active',
  matchers: command.matchers,
  startsAt: command.startsAt,
  endsAt: command.endsAt,
  endWhenCleared: command.endWhenCleared,
  by: command.by,
  comment: command.comment,
  endedBy: '',
  matching: 0,
  fired: 0,
  at: command.at,
});

beforeAll(async () => {
  const server = all.use(await natsServer());
  nats = all.use(await openTestNats(server.url));
  const directory = all.use(await temporaryDirectory());
  const config = join(directory.path, 'test.yaml');
  await writeFile(
    config,
    `experiment: test\nnats: { servers: ["${server.url}"] }\nstore: { url: "http://127.0.0.1:9" }\nactors: {}\n`,
  );
  alarms = (...args) => spillway(['alarms', ...args, '--config', config]);
  nats.connection.subscribe(subjects.alarmCommand('test', '*').replace(/[^.]+$/, '*'), {
    callback: (_error, message) => void answer(alarmCommand.decode(message.data)),
  });
});
afterAll(() => all.disposeAsync());

test('where nothing has ever been told, the list is empty and the mode is not known', async () => {
  expect(await alarms('list')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await alarms('mode')).toEqual({ code: 0, stdout: 'no mode is known yet\n', stderr: '' });
  expect(await alarms('silence', 'list')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('the list shows each alarm as it is now, worst first, in columns, and what others wrote steers nothing', async () => {
  const raise = (one: AlarmChange) => say(alarmChange, one);
  await raise(alarm(HORN));
  await raise(alarm(HORN, { transition: 2, to: 'acknowledged', owner: 'ma\u202e\nria' }));
  await raise(alarm('daq/disk', { peak: 'INVALID', value: null, owner: 'enrico' }));
  await raise(alarm('daq/link', { to: 'normal' }));
  const { code, stdout, stderr } = await alarms('list');
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toBe(
    [
      'SEVERITY  STATE           ALARM              SINCE                VALUE      WHO',
      'INVALID   unacknowledged  daq/disk           2027-01-15 08:00:00             enrico',
      String.raw`MAJOR     acknowledged    beam/horn/current  2027-01-15 08:00:00  -194.2 kA  ma\u202e ria`,
      '',
    ].join('\n'),
  );
  expect((await alarms('list', '--all', '--area', 'daq')).stdout.split('\n')).toHaveLength(4);
  expect((await alarms('list', '--state', 'shelved')).code).toBe(0);
  const json = (await alarms('list', '--json', '--area', 'beam')).stdout;
  expect(JSON.parse(json)).toMatchObject({ alarm: HORN, transition: 2, owner: 'ma\u202e\nria' });
});

test('one alarm is shown with what to do, and one that nobody knows is told', async () => {
  const { code, stdout } = await alarms('show', HORN);
  expect(code).toBe(0);
  expect(stdout).toContain('\nlimit:         -195 kA\n');
  expect(stdout).toMatch(/\n\nCall the horn expert\.\n$/);
  expect(await alarms('show', 'beam/nowhere')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'spillway alarms: nothing has been heard of an alarm beam/nowhere [ALARM_UNKNOWN]\n',
  });
});

test.each([
  [['ack', HORN, '--note', 'seen', '--expected', '2'], { kind: 'acknowledge', note: 'seen', expected: 2 }],
  [['unack', HORN], { kind: 'unacknowledge', note: '' }],
  [['take', HORN], { kind: 'take-over' }],
  [['comment', HORN, '--note', 'x'], { kind: 'comment', note: 'x' }],
  [['reset', HORN], { kind: 'reset' }],
  [['disable', HORN, '--note', 'broken'], { kind: 'disable', reason: 'broken' }],
  [['enable', HORN], { kind: 'enable' }],
  [['unshelve', HORN], { kind: 'unshelve' }],
  [
    ['shelve', HORN, '--for', '2h', '--note', 'x', '--one-shot'],
    { kind: 'shelve', reason: 'x', durationMs: 7_200_000, oneShot: true },
  ],
  [['mode', 'maintenance', '--note', 'access'], { kind: 'set-mode', mode: 'maintenance', reason: 'access' }],
  [['mode', '--auto', '--note', 'over'], { kind: 'set-mode', mode: '' }],
])(
  '%j gives that command, by name and from a terminal, and prints what became of it',
  async (args, words) => {
    const outcome = await alarms(...args, '--by', 'maria');
    expect(outcome).toEqual({ code: 0, stdout: `${words.kind}: done\n`, stderr: '' });
    expect(given.at(-1)).toMatchObject({ ...words, by: 'maria', origin: 'terminal' });
  },
);

test('a refusal is told with its code', async () => {
  expect(await alarms('ack', 'nowhere')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'spillway alarms: no rule defines nowhere [ALARM_UNKNOWN]\n',
  });
});

test('a silence is made, listed with its matchers, and ended by its id', async () => {
  const made = await alarms(
    'silence',
    'add',
    'area=~"beam.*"',
    'severity!=MAJOR',
    '--for',
    '2h',
    '--note',
    'swap',
  );
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const id = made.stdout.trim().split('\n').at(-1) ?? '';
  const { stdout } = await alarms('silence', 'list');
  expect(stdout).toMatch(new RegExp(`\n${id}  active  area=~"beam\\.\\*" severity!="MAJOR"  .*  swap\n$`));
  expect((await alarms('silence', 'expire', id)).code).toBe(0);
  expect(given.at(-1)).toMatchObject({ kind: 'expire-silence', silence: id });
});

test('the mode is told with its reason', async () => {
  await say(machineMode, { mode: 'horn-off', from: 'beam-on', at: AT, reason: 'no current', by: '' });
  expect((await alarms('mode')).stdout).toBe('horn-off since 2027-01-15 08:00:00: no current\n');
});

test('a notification told twice under one id is kept once', async () => {
  const tell = () =>
    alarms('notify', 'Shift begins', '--id', 'shift-1', '--source', 'elog', '--severity', 'NO_ALARM');
  expect((await tell()).stdout).toBe('shift-1\n');
  expect((await tell()).stdout).toBe('shift-1: told already\n');
  const kept = (await allMessages(nats, 'COMMAND')).filter(({ subject }) => subject.includes('notify'));
  expect(kept.map(({ data }) => notification.decode(data))).toEqual([
    expect.objectContaining({ id: 'shift-1', source: 'elog', title: 'Shift begins', area: 'outside' }),
  ]);
});
