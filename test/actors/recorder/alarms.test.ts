import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { AlarmCommand, CommandResult } from '../../../protocol/messages/alarm-command.ts';
import { AlarmRules, AlarmRulesApplied, digestOfRules } from '../../../protocol/messages/alarm-rules.ts';
import { MachineMode } from '../../../protocol/messages/machine-mode.ts';
import { Notice, NoticeOutcome } from '../../../protocol/messages/notice.ts';
import { Notification } from '../../../protocol/messages/notification.ts';
import { Silence } from '../../../protocol/messages/silence.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import type { Batch, StreamId } from '../../../runtime/actor.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import { batchOf, startRecorder } from './fixtures.ts';
import { samplesOf } from './samples.ts';

let server: TestStore;
beforeAll(async () => {
  server = await clickHouse();
});
afterAll(() => server[Symbol.asyncDispose]());

/** The first sample of a schema, with some of its fields as given. */
const body = <Body>(schema: z.ZodType<Body>, over: Partial<Body> = {}, form = 0): Body => ({
  ...schema.parse(samplesOf(schema)[form]?.body),
  ...over,
});
const at = (seconds: number) => ({ seconds: 1_795_000_000 + seconds, nanoseconds: 250_000_000 });

/** A batch of several kinds, as one stream carries them. */
function mixed(stream: StreamId, ...bodies: readonly (readonly [type: string, body: unknown])[]): Batch {
  const { messages, token } = batchOf(
    stream,
    1,
    bodies.map(([, one]) => one),
  );
  return {
    token,
    afterRefusal: false,
    again: false,
    messages: messages.map((message, index) => ({ ...message, type: bodies[index]?.[0] ?? '' })),
  };
}

const ALL: readonly Batch[] = [
  mixed(
    'ALARM@1',
    ['alarm-change/1', body(AlarmChange, { at: at(0), eventTime: at(-2) })],
    ['machine-mode/1', body(MachineMode)],
    ['alarm-rules-applied/1', body(AlarmRulesApplied)],
    ['command-result/1', body(CommandResult)],
  ),
  mixed(
    'COMMAND@1',
    ...samplesOf(AlarmCommand).map(sample => ['alarm-command/1', sample.body] as const),
    ['alarm-rules/1', body(AlarmRules)],
    ['notification/1', body(Notification)],
  ),
  mixed(
    'NOTICE@1',
    ['notice/1', body(Notice)],
    ['command-result/1', body(CommandResult)],
    ['silence/1', body(Silence)],
  ),
  mixed('OUTCOME@1', ['notice-outcome/1', body(NoticeOutcome)]),
];

test('every kind of message reaches its table once, however often it is delivered', async () => {
  await using recorder = await startRecorder(server.options('once'));
  for (const _ of [1, 2]) for (const batch of ALL) await recorder.lane(streamOf(batch)).deliver(batch);
  const count = (table: string) => `(SELECT count() FROM ${table}) AS ${table}`;
  const tables = [
    'alarm_changes',
    'machine_modes',
    'alarm_rules',
    'alarm_rule_files',
    'alarm_commands',
    'command_results',
    'notices',
    'notice_items',
    'notice_outcomes',
    'notifications',
    'silences',
  ];
  expect(await server.rows('once', `SELECT ${tables.map(count).join(', ')}`)).toEqual([
    {
      alarm_changes: 1,
      machine_modes: 1,
      alarm_rules: 1,
      alarm_rule_files: 1,
      alarm_commands: 12,
      command_results: 2,
      notices: 1,
      notice_items: 1,
      notice_outcomes: 1,
      notifications: 1,
      silences: 1,
    },
  ]);
  const [change] = await server.rows<object>('once', 'SELECT * FROM alarm_changes');
  expect(change).toMatchObject({
    ts: '2026-11-18 11:06:40.250000',
    event_ts: '2026-11-18 11:06:38.250000',
    latency_ms: 2000,
    state_before: 'normal',
    severity: 'NO_ALARM',
    labels: { word: expect.stringMatching(/^text-/) },
    shelved_one_shot: false,
    inputs: [{ name: expect.stringMatching(/^text-/), value: expect.stringMatching(/^text-/) }],
    stored_at: '2026-11-18 11:06:40.002',
    stream: 'ALARM@1',
    sequence: 1,
  });
  // Every word of every message is to be read in the rows, so no column has taken another's bytes.
  const rows = JSON.stringify(
    await Promise.all(tables.map(table => server.rows('once', `SELECT * FROM ${table}`))),
  );
  const words = ALL.flatMap(({ messages }) =>
    JSON.stringify(messages.map(message => message.body)).match(/text-\d+/g),
  );
  expect(words.filter(word => word !== null && !rows.includes(`"${word}"`))).toEqual([]);
});

const streamOf = ({ token }: Batch) => token.split('@')[0] as StreamName;

test('a value that is no number stays what it was', async () => {
  await using recorder = await startRecorder(server.options('values'));
  const values = [1.5, true, 'NaN', '-Infinity', 'left-out', null];
  await recorder
    .lane('ALARM')
    .deliver(
      mixed(
        'ALARM@1',
        ...values.map(
          (value, index) => ['alarm-change/1', body(AlarmChange, { value, transition: index + 1 })] as const,
        ),
      ),
    );
  expect(
    await server.rows(
      'values',
      'SELECT toString(value) AS value, value_text FROM alarm_changes ORDER BY transition',
    ),
  ).toEqual([
    { value: '1.5', value_text: '1.5' },
    { value: '1', value_text: 'true' },
    { value: 'nan', value_text: 'NaN' },
    { value: '-inf', value_text: '-Infinity' },
    { value: null, value_text: 'left-out' },
    { value: null, value_text: '' },
  ]);
});

test('the state of an alarm is its last change, also when it changed twice at one moment', async () => {
  await using recorder = await startRecorder(server.options('states'));
  const change = (alarm: string, seconds: number, transition: number, to: AlarmChange['to']) =>
    ['alarm-change/1', body(AlarmChange, { alarm, at: at(seconds), transition, to })] as const;
  await recorder
    .lane('ALARM')
    .deliver(
      mixed(
        'ALARM@1',
        change('beam/a', 1, 1, 'unacknowledged'),
        change('beam/b', 2, 1, 'unacknowledged'),
        change('beam/a', 5, 2, 'acknowledged'),
        change('beam/a', 5, 3, 'normal'),
      ),
    );
  expect(await server.rows('states', 'SELECT alarm, area, state FROM alarm_states ORDER BY alarm')).toEqual([
    { alarm: 'beam/a', area: 'beam', state: 'normal' },
    { alarm: 'beam/b', area: 'beam', state: 'unacknowledged' },
  ]);
});

test('the audit tells who asked for what, from where and why, and what came of it', async () => {
  await using recorder = await startRecorder(server.options('audit'));
  const command = (id: string, seconds: number, over: Partial<AlarmCommand>) =>
    [
      'alarm-command/1',
      { ...body(AlarmCommand, { id, by: 'Ada', origin: 'chat', from: 'ada#1', at: at(seconds) }), ...over },
    ] as const;
  const [first, second, third] = [1, 2, 3].map(n => `0000000${n}-0000-4000-8000-000000000000`);
  await recorder
    .lane('COMMAND')
    .deliver(
      mixed(
        'COMMAND@1',
        command(first ?? '', 1, { note: 'seen' }),
        command(second ?? '', 2, { note: 'again' }),
        command(third ?? '', 3, { note: 'late' }),
      ),
    );
  const answer = (id: string | undefined, done: boolean, more: Partial<CommandResult>) =>
    [
      'command-result/1',
      { command: id ?? '', kind: 'acknowledge', done, message: 'm', at: at(4), ...more },
    ] as const;
  await recorder
    .lane('ALARM')
    .deliver(
      mixed(
        'ALARM@1',
        answer(first, true, { transition: 7 }),
        answer(second, false, { code: 'COMMAND_STALE' }),
      ),
    );
  expect(
    await server.rows(
      'audit',
      'SELECT person, origin, place, why, answered, done, code, transition FROM alarm_audit ORDER BY ts',
    ),
  ).toEqual(
    [
      { why: 'seen', answered: 1, done: true, code: '', transition: 7 },
      { why: 'again', answered: 1, done: false, code: 'COMMAND_STALE', transition: null },
      { why: 'late', answered: 0, done: false, code: '', transition: null },
    ].map(row => ({ person: 'Ada', origin: 'chat', place: 'ada#1', ...row })),
  );
});

test('rule files are found by the digest that the rule set in force has', async () => {
  await using recorder = await startRecorder(server.options('rules'));
  const files = [
    { path: 'a.yaml', text: 'alarms: {}\n# why\n' },
    { path: 'b.yaml', text: "title: 'it''s'" },
  ];
  await recorder
    .lane('COMMAND')
    .deliver(mixed('COMMAND@1', ['alarm-rules/1', { files, by: 'Ada', at: at(0) }]));
  expect(
    await server.rows(
      'rules',
      `SELECT path, text FROM alarm_rule_files WHERE digest = '${digestOfRules(files)}' ORDER BY path`,
    ),
  ).toEqual(files);
});
