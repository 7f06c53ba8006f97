import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { alarmCommandResult } from '../../../protocol/messages/alarm-command.ts';
import { alarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import { machineMode } from '../../../protocol/messages/machine-mode.ts';
import { alarm, runGateway } from './harness.ts';

const HORN = 'beam/horn/current';
const AT = { seconds: 1_800_000_000, nanoseconds: 0 };

test('the list has what a shifter has to work off, worst first, and by area and state what was asked for', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm('beam/target', { peak: 'MINOR' }));
  gateway.engine.raise(alarm(HORN));
  gateway.engine.raise(alarm('beam/hornet', { to: 'normal' }));
  gateway.engine.raise(alarm('daq/disk', { to: 'shelved' }));
  gateway.say(machineMode, { mode: 'beam-on', from: '', at: AT, reason: 'pot', by: '' });
  const ids = async (query: string) => {
    const { json } = await gateway.call('GET', `/api/v1/alarms${query}`);
    return (json['alarms'] as { alarm: string }[]).map(one => one.alarm);
  };
  expect(await ids('')).toEqual([HORN, 'beam/target']);
  expect(await ids('?all=true&area=beam/horn')).toEqual([HORN]);
  expect(await ids('?state=shelved')).toEqual(['daq/disk']);
  expect(await ids('?state=shelved&state=normal')).toHaveLength(2);
  const { json } = await gateway.call('GET', '/api/v1/alarms');
  expect(json).toMatchObject({ revision: 5, mode: { mode: 'beam-on' } });
});

test('an alarm that the rules no longer define leaves the list', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  gateway.say(alarmRulesApplied, {
    version: 2,
    digest: 'x',
    by: 'engine',
    at: AT,
    alarms: 0,
    added: [],
    removed: [HORN],
    changed: [],
    moved: [],
    modes: [],
  });
  // The engine ends it after it has said that the rules are others.
  gateway.say(alarmChange, alarm(HORN, { transition: 2, to: 'normal', cause: 'removed', rules: 2 }));
  expect((await gateway.call('GET', '/api/v1/alarms?all=true')).json).toMatchObject({ rules: 2, alarms: [] });
  expect((await gateway.call('GET', `/api/v1/alarms/${HORN}`)).status).toBe(404);
  // A gateway that starts now hears that change alone.
  await using later = await runGateway();
  later.say(alarmChange, alarm(HORN, { transition: 2, to: 'normal', cause: 'removed', rules: 2 }));
  expect((await later.call('GET', '/api/v1/alarms?all=true')).json).toMatchObject({ alarms: [] });
});

test('the mode comes with those that the rules declare, and which of them a person sets', async () => {
  await using gateway = await runGateway();
  expect((await gateway.call('GET', '/api/v1/mode')).json).toEqual({ declared: [] });
  const declared = [
    { name: 'maintenance', description: 'people in the tunnel', manual: true },
    { name: 'beam-on', description: '', manual: false },
  ];
  const none = { added: [], removed: [], changed: [], moved: [] };
  gateway.say(alarmRulesApplied, {
    version: 1,
    digest: 'x',
    by: '',
    at: AT,
    alarms: 0,
    ...none,
    modes: declared,
  });
  const mode = { mode: 'beam-on', from: '', at: AT, reason: 'pot > 0.5', by: '' };
  gateway.say(machineMode, mode);
  expect((await gateway.call('GET', '/api/v1/mode', { as: 'shifter' })).json).toEqual({ mode, declared });
  expect((await gateway.call('GET', '/api/v1/mode', { as: 'nobody' })).status).toBe(401);
});

test.each(['beam/horn/current', 'beam%2Fhorn%2Fcurrent'])('%s is shown with its guidance', async id => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  const { status, json } = await gateway.call('GET', `/api/v1/alarms/${id}`);
  expect({ status, guidance: json['guidance'] }).toEqual({ status: 200, guidance: 'Call the horn expert.' });
});

test('an acknowledgement says who, from where and that it came through the gateway, and shows what it did', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  const body = { expected: 1, note: 'seen <script>alert(1)</script>' };
  const { status, json } = await gateway.call('POST', `/api/v1/alarms/${HORN}/acknowledge`, {
    as: 'shifter',
    body,
  });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    message: 'done',
    alarm: { transition: 2, to: 'acknowledged', acknowledged: { by: 'shifter-program', note: body.note } },
  });
  expect(gateway.engine.given).toEqual([
    expect.objectContaining({
      kind: 'acknowledge',
      alarm: HORN,
      by: 'shifter-program',
      origin: 'gateway',
      from: '127.0.0.1',
    }),
  ]);
});

test('of two acknowledgements at once one is done and the other learns how the alarm stands now', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  const acknowledge = () =>
    gateway.call('POST', `/api/v1/alarms/${HORN}/acknowledge`, { body: { expected: 1 } });
  const answers = await Promise.all([acknowledge(), acknowledge()]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({
    code: 'COMMAND_STALE',
    alarm: { transition: 2, to: 'acknowledged' },
  });
});

test('told twice under one id, a command is done once', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  const body = { id: randomUUID(), note: 'once' };
  for (const _ of [1, 2]) {
    const { status } = await gateway.call('POST', `/api/v1/alarms/${HORN}/comment`, { body });
    expect(status).toBe(200);
  }
  expect(gateway.engine.given).toHaveLength(1);
});

test('an alarm that cleared meanwhile is not acknowledged, and the answer says how it stands', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  gateway.engine.raise(alarm(HORN, { transition: 2, to: 'normal', severity: 'NO_ALARM' }));
  const stale = await gateway.call('POST', `/api/v1/alarms/${HORN}/acknowledge`, { body: { expected: 1 } });
  expect(stale).toMatchObject({ status: 409, json: { code: 'COMMAND_STALE', alarm: { to: 'normal' } } });
  const senseless = await gateway.call('POST', `/api/v1/alarms/${HORN}/acknowledge`, { body: {} });
  expect(senseless).toMatchObject({ status: 409, json: { code: 'COMMAND_REFUSED' } });
});

test('an alarm that no rule defines is 404 by its name', async () => {
  await using gateway = await runGateway();
  const { status, json } = await gateway.call('POST', '/api/v1/alarms/beam/nowhere/acknowledge', {
    body: {},
  });
  expect(status).toBe(404);
  expect(json).toMatchObject({ code: 'ALARM_UNKNOWN', message: 'no rule defines beam/nowhere' });
});

test('with the engine away a command is 202, and what became of it can be asked for later', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  gateway.context.onAsk = async () => {
    throw new SpillwayError('NOT_ANSWERED', 'nobody');
  };
  const { status, json } = await gateway.call('POST', `/api/v1/alarms/${HORN}/acknowledge`, { body: {} });
  expect(status).toBe(202);
  const place = `/api/v1/commands/${String(json['command'])}`;
  expect((await gateway.call('GET', place)).status).toBe(404);
  const result = {
    command: String(json['command']),
    kind: 'acknowledge',
    done: true,
    message: 'done',
    at: AT,
  };
  gateway.say(alarmCommandResult, result);
  expect(await gateway.call('GET', place)).toMatchObject({ status: 200, json: result });
});

test('a command of which nobody knows whether it is stored is 503, and can be asked again under its id', async () => {
  await using gateway = await runGateway();
  gateway.context.onAsk = async () => {
    throw new SpillwayError('PUBLISH_FAILED', 'no');
  };
  const body = { id: randomUUID(), mode: '', reason: 'x' };
  const { status, json } = await gateway.call('POST', '/api/v1/mode', { body });
  expect(status).toBe(503);
  expect(json).toMatchObject({ code: 'PUBLISH_FAILED', command: body.id });
});

test('shelving takes a time as people write it', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  await gateway.call('POST', `/api/v1/alarms/${HORN}/shelve`, {
    as: 'shifter',
    body: { reason: 'being repaired', duration: '2h', oneShot: true },
  });
  expect(gateway.engine.given).toEqual([
    expect.objectContaining({ kind: 'shelve', durationMs: 7_200_000, oneShot: true }),
  ]);
});

test('shelving for no time at all is refused', async () => {
  await using gateway = await runGateway();
  gateway.engine.raise(alarm(HORN));
  const body = { reason: 'x', duration: '0s' };
  expect(await gateway.call('POST', `/api/v1/alarms/${HORN}/shelve`, { body })).toMatchObject({
    status: 400,
    json: { code: 'REQUEST_INVALID', message: expect.stringContaining('durationMs') },
  });
});
