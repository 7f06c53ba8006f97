import { describe, expect, test } from 'vitest';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { alarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import { machineMode } from '../../../protocol/messages/machine-mode.ts';
import { changesIn, TestEngine } from './engine.ts';

const HORN = `
modes:
  - { name: maintenance, manual: true }
  - { name: horn-off, when: "abs(E:NSLINA) < 1" }
  - { name: beam-on, when: "abs(E:NSLINA) >= 1" }
alarms:
  beam/horn/current:
    title: Horn current outside its window
    value: "E:NSLINA"
    units: kA
    limits: { default: { low: -202, high: -196.4, hihi: -195 }, horn-off: none, maintenance: none }
    stale: 20s
`;

test('a value beyond its limit is told once, however often it comes, and again when it is worse or over', () => {
  const engine = new TestEngine(HORN);
  for (const value of [-200, -190, -191, -196, -200, -200]) engine.read({ 'E:NSLINA': value });
  expect(
    engine.changes.map(({ alarm, to, severity, status, value }) => [alarm, to, severity, status, value]),
  ).toEqual([
    ['beam/horn/current', 'unacknowledged', 'MAJOR', 'HIHI', -190],
    ['beam/horn/current', 'unacknowledged', 'MINOR', 'HIGH', -196],
    ['beam/horn/current', 'returned-unacknowledged', 'NO_ALARM', 'NO_ALARM', -200],
  ]);
});

test('a change says everything about its alarm, in the words of the rule', () => {
  const engine = new TestEngine(HORN);
  engine.read({ 'E:NSLINA': -200 });
  const [change] = changesIn(engine.read({ 'E:NSLINA': -190 }));
  expect(change).toMatchObject({
    transition: 1,
    cause: 'input',
    from: 'normal',
    severityBefore: 'NO_ALARM',
    peak: 'MAJOR',
    limit: -195,
    units: 'kA',
    mode: 'beam-on',
    rules: 1,
    title: 'Horn current outside its window',
    raisedAt: { seconds: 1_795_000_002, nanoseconds: 0 },
    eventTime: { seconds: 1_795_000_002, nanoseconds: 0 },
    inputs: [{ name: 'E:NSLINA', value: -190, at: { seconds: 1_795_000_002, nanoseconds: 0 } }],
  });
});

test('an input that stays away makes its alarm INVALID when its time has come, once', () => {
  const engine = new TestEngine(HORN);
  engine.read({ 'E:NSLINA': -200 });
  expect(engine.moves(engine.wake(20_000))).toEqual([]);
  const [change] = changesIn(engine.wake(1));
  expect(change).toMatchObject({ cause: 'time', severity: 'INVALID', status: 'TIMEOUT' });
  expect(engine.wake(1000)).toEqual([]);
  expect(engine.moves(engine.read({ 'E:NSLINA': -200 }))).toEqual([
    'beam/horn/current: unacknowledged > returned-unacknowledged (input)',
  ]);
});

test('an input that never comes is an alarm after its time, not at the start', () => {
  const engine = new TestEngine(HORN);
  expect(engine.changes).toEqual([]);
  expect(engine.wake(19_000)).toEqual([]);
  expect(changesIn(engine.wake(2_000))).toMatchObject([{ severity: 'INVALID' }]);
});

describe('a system that was stopped and started', () => {
  const CHAIN = `
alarms:
  spillway/gone: { title: Gone, absent: { actor: recorder, for: 15s }, severity: MAJOR }
  spillway/lag: { title: Lag, value: "health('recorder', 'dead')", limits: { default: { high: 5 } }, stale: 30s }
`;

  test('is no alarm: nobody was silent while nobody could be heard', () => {
    const engine = new TestEngine(CHAIN);
    engine.beat('recorder');
    engine.beat('recorder', 6 * 60_000);
    for (let second = 0; second < 60; second++) engine.beat('recorder');
    expect(engine.changes).toEqual([]);
  });

  test('and what does not come back is told after its time, counted from the start', () => {
    const engine = new TestEngine(CHAIN);
    engine.beat('recorder');
    engine.beat('gateway', 6 * 60_000);
    for (let second = 0; second < 14; second++) engine.beat('gateway');
    expect(engine.changes).toEqual([]);
    for (let second = 0; second < 20; second++) engine.beat('gateway');
    expect(engine.changes.map(({ alarm, severity }) => [alarm, severity])).toEqual([
      ['spillway/gone', 'MAJOR'],
      ['spillway/lag', 'INVALID'],
    ]);
  });

  test('an actor that starts has no figures yet, which is no fault of the rule that asks for one', () => {
    const engine = new TestEngine(`
alarms:
  spillway/full: { title: Full, value: "figure('rotorooter', 'freeBytes')", limits: { default: { low: 5 } } }
`);
    engine.beat('rotorooter', 1000, { state: 'starting' });
    expect(engine.changes).toEqual([]);
    engine.beat('rotorooter', 1000, { state: 'running', figures: { freeBytes: 1 } });
    expect(engine.changes).toMatchObject([{ severity: 'MINOR' }]);
  });
});

test('a NaN and an error status make INVALID', () => {
  const engine = new TestEngine(HORN);
  engine.read({ 'E:NSLINA': -200 });
  expect(changesIn(engine.read({ 'E:NSLINA': null }))).toMatchObject([
    { severity: 'INVALID', status: 'CALC' },
  ]);
});

describe('modes', () => {
  test('a horn that is switched off is no alarm in the very spill in which it is', () => {
    const engine = new TestEngine(HORN);
    engine.read({ 'E:NSLINA': -200 });
    const outputs = engine.read({ 'E:NSLINA': 0 });
    expect(outputs.find(({ type }) => type === machineMode)?.body).toMatchObject({
      mode: 'horn-off',
      from: 'beam-on',
    });
    expect(engine.moves(outputs)).toEqual(['beam/horn/current: normal > suppressed (mode)']);
  });

  test('a mode that is set by a person stays until it is taken back, whatever the readings say', () => {
    const engine = new TestEngine(HORN);
    engine.read({ 'E:NSLINA': -150 });
    expect(engine.command({ kind: 'set-mode', mode: 'maintenance', reason: 'access' })).toMatchObject({
      done: true,
    });
    engine.read({ 'E:NSLINA': -150 });
    expect(engine.command({ kind: 'set-mode', mode: '', reason: 'access over' })).toMatchObject({
      done: true,
    });
    expect(engine.moves()).toEqual([
      'beam/horn/current: normal > unacknowledged (input)',
      'beam/horn/current: unacknowledged > suppressed (mode)',
      'beam/horn/current: suppressed > unacknowledged (mode)',
    ]);
    expect(engine.state.mode).toMatchObject({ name: 'beam-on', by: '' });
  });

  test('a mode that no rule declares is refused with those that are', () => {
    const engine = new TestEngine(HORN);
    expect(engine.command({ kind: 'set-mode', mode: 'party', reason: 'fun' })).toMatchObject({
      done: false,
      code: 'COMMAND_REFUSED',
      message: expect.stringContaining('maintenance, horn-off, beam-on') as string,
    });
  });
});

const MASKED = `
alarms:
  flow/no-spill:
    title: No spill
    absent: { trigger: A9, for: 10s }
  beam/intensity:
    title: Little beam
    value: "E:TRTGTD"
    limits: { low: 10 }
    stale: 15s
    mask: [flow/no-spill]
`;

test('an alarm is hidden while its parent is active, and told as it is when the parent returns', () => {
  const engine = new TestEngine(MASKED);
  engine.read({ 'E:TRTGTD': 20 });
  engine.wake(10_500);
  engine.wake(10_000);
  engine.read({ 'E:TRTGTD': 20 });
  engine.read({ 'E:TRTGTD': 5 });
  expect(engine.moves()).toEqual([
    'flow/no-spill: normal > unacknowledged (time)',
    'beam/intensity: normal > suppressed (time)',
    'flow/no-spill: unacknowledged > returned-unacknowledged (input)',
    'beam/intensity: suppressed > normal (input)',
    'beam/intensity: normal > unacknowledged (input)',
  ]);
});

test('hours that were waited for let everything fire once, parents before those they hide', () => {
  const engine = new TestEngine(MASKED);
  engine.read({ 'E:TRTGTD': 20 });
  expect(engine.moves([...engine.wake(5 * 3_600_000), ...engine.read({ 'E:TRTGTD': 20 })])).toEqual([
    'flow/no-spill: normal > unacknowledged (time)',
    'beam/intensity: normal > suppressed (time)',
    'flow/no-spill: unacknowledged > returned-unacknowledged (input)',
    'beam/intensity: suppressed > normal (input)',
  ]);
});

test('a clock that leaps by hours between two spills lets nothing fire', () => {
  const engine = new TestEngine(MASKED);
  engine.read({ 'E:TRTGTD': 20 });
  expect(engine.moves(engine.read({ 'E:TRTGTD': 20 }, 5 * 3_600_000))).toEqual([]);
  expect(engine.moves(engine.read({ 'E:TRTGTD': 20 }))).toEqual([]);
});

describe('rules', () => {
  const limit = (high: number, more = '') => `
alarms:
  a: { title: A, value: "E:A", limits: { high: ${high} } }
${more}`;

  test('new limits move an alarm with the cause that it was the rules, and what people said stays', () => {
    const engine = new TestEngine(limit(10, '  b: { title: B, value: "E:B", limits: { high: 1 } }'));
    engine.read({ 'E:A': 5, 'E:B': 5 });
    engine.command({ kind: 'acknowledge', alarm: 'b' });
    const outputs = engine.rules(limit(3, '  c: { title: C, value: "E:B", limits: { high: 1 } }'));
    expect(outputs[0]?.type).toBe(alarmRulesApplied);
    expect(outputs.find(({ type }) => type === alarmRulesApplied)?.body).toMatchObject({
      version: 2,
      alarms: 2,
      added: ['c'],
      removed: ['b'],
      changed: ['a'],
      moved: expect.arrayContaining(['a', 'b', 'c']) as string[],
      modes: [],
    });
    expect(engine.moves(outputs).toSorted()).toEqual([
      'a: normal > unacknowledged (rules)',
      'b: acknowledged > normal (removed)',
      'c: normal > unacknowledged (rules)',
    ]);
  });

  test('a rule set says which modes it declares, and which of them only a person sets', () => {
    const outputs = new TestEngine(limit(3)).rules(HORN);
    expect(outputs.find(({ type }) => type === alarmRulesApplied)?.body).toMatchObject({
      modes: [
        { name: 'maintenance', manual: true },
        { name: 'horn-off', manual: false },
        { name: 'beam-on', manual: false },
      ],
    });
  });

  test('an alarm that was normal when its rule went says that it is none any more; one that never was says nothing', () => {
    const engine = new TestEngine(limit(3, '  quiet: { title: Quiet, value: "E:A", limits: { high: 9 } }'));
    engine.read({ 'E:A': 5 });
    engine.read({ 'E:A': 2 });
    engine.command({ kind: 'acknowledge', alarm: 'a' });
    expect(engine.moves(engine.rules('alarms: {}'))).toEqual(['a: normal > normal (removed)']);
    expect(engine.rules('quantities: {}').filter(({ type }) => type === alarmChange)).toEqual([]);
  });

  test('an alarm that comes back after its rule was away counts its changes on', () => {
    const engine = new TestEngine(limit(3));
    engine.read({ 'E:A': 5 });
    engine.rules('alarms: {}');
    engine.rules(limit(3));
    engine.read({ 'E:A': 5 });
    expect(engine.changes.map(({ transition }) => transition)).toEqual([1, 2, 3]);
  });

  test('rules that do not compile are refused, told by an alarm of the engine, and those before go on', () => {
    const engine = new TestEngine(limit(3));
    const [refusal] = changesIn(engine.rules('alarms: { a: { title: 5 } }'));
    expect(refusal).toMatchObject({ alarm: 'spillway/alarm-engine/rules-refused', to: 'unacknowledged' });
    expect(refusal?.reason).toContain('alarms/test.yaml:1:');
    expect(engine.moves(engine.read({ 'E:A': 5 }))).toEqual(['a: normal > unacknowledged (input)']);
    expect(engine.moves(engine.rules(limit(3)))).toEqual([
      'spillway/alarm-engine/rules-refused: unacknowledged > returned-unacknowledged (rules)',
    ]);
  });

  test('a rule cannot take the name of an alarm of the engine', () => {
    const engine = new TestEngine(limit(3));
    const name = 'spillway/alarm-engine/rules-refused';
    const [refusal] = changesIn(
      engine.rules(`alarms: { ${name}: { title: Mine, when: "true", severity: MINOR } }`),
    );
    expect(refusal).toMatchObject({ alarm: name, to: 'unacknowledged' });
    expect(refusal?.reason).toContain('choose another name');
  });
});

describe('commands', () => {
  const RULE = 'alarms: { a: { title: A, value: "E:A", limits: { high: 3 }, shelveMax: 1h } }';

  test('a command of an alarm that no rule defines is answered so', () => {
    expect(new TestEngine(RULE).command({ kind: 'acknowledge', alarm: 'b' })).toMatchObject({
      done: false,
      code: 'ALARM_UNKNOWN',
      alarm: 'b',
    });
  });

  test('a command told twice has one effect and one answer', () => {
    const engine = new TestEngine(RULE);
    engine.read({ 'E:A': 5 });
    const id = '11111111-1111-4111-8111-111111111111';
    expect(engine.command({ id, kind: 'acknowledge', alarm: 'a' })).toMatchObject({
      done: true,
      transition: 2,
    });
    engine.restart();
    expect(engine.command({ id, kind: 'acknowledge', alarm: 'a' })).toBeUndefined();
    expect(engine.changes).toHaveLength(2);
  });

  test('two people who acknowledge at once: one does, the other learns who did', () => {
    const engine = new TestEngine(RULE);
    engine.read({ 'E:A': 5 });
    expect(engine.command({ kind: 'acknowledge', alarm: 'a', by: 'Ada' })).toMatchObject({ done: true });
    expect(engine.command({ kind: 'acknowledge', alarm: 'a', by: 'Bob' })).toMatchObject({
      code: 'COMMAND_REFUSED',
      message: expect.stringContaining('Ada has acknowledged a at') as string,
    });
  });

  test('a shelved alarm is raised by time when its shelving ends', () => {
    const engine = new TestEngine(RULE);
    engine.read({ 'E:A': 5 });
    engine.command({ kind: 'shelve', alarm: 'a', reason: 'known', durationMs: 5_000, oneShot: false });
    expect(engine.moves(engine.wake(4_999))).toEqual([]);
    expect(engine.moves(engine.wake(1))).toEqual(['a: shelved > unacknowledged (time)']);
  });
});

describe('inputs', () => {
  test('a device that its trigger comes without makes its alarm INVALID at once', () => {
    const engine = new TestEngine('alarms: { a: { title: A, value: "E:A", limits: { high: 3 } } }');
    engine.read({ 'E:A': 1 });
    const problems = [{ device: 'E:A', code: 'DEVICE_MISSING' as const, detail: 'not in the callback' }];
    expect(changesIn(engine.read({}, 1000, { problems }))).toMatchObject([
      { alarm: 'a', severity: 'INVALID', status: 'TIMEOUT' },
    ]);
    expect(changesIn(engine.read({ 'E:A': 1 }))).toMatchObject([{ alarm: 'a', severity: 'NO_ALARM' }]);
  });

  test('heartbeats are held against rules, and an actor that falls silent is noticed', () => {
    const engine = new TestEngine(`
alarms:
  lag: { title: Lag, value: "health('recorder', 'lag')", limits: { high: 10 } }
  away: { title: Away, absent: { actor: recorder, for: 5s } }
`);
    const lane = { stream: 'BEAM', position: 1, lag: 50, rate: 1, retries: 0, dead: 0 };
    engine.beat('recorder', 1000, { lanes: [lane] });
    engine.wake(6_000);
    expect(engine.moves()).toEqual([
      'lag: normal > unacknowledged (input)',
      'away: normal > unacknowledged (time)',
    ]);
  });

  test('a gap in the ledger is an alarm for a while', () => {
    const engine = new TestEngine('alarms: { gap: { title: Gap, gap: { stage: "*", hold: 10s } } }');
    expect(engine.moves(engine.gap('recorder', 1000))).toEqual(['gap: normal > unacknowledged (input)']);
    expect(engine.moves(engine.wake(11_000))).toEqual([
      'gap: unacknowledged > returned-unacknowledged (time)',
    ]);
  });

  test('triggers that come too soon after each other are noticed, and when they keep their distance again', () => {
    const engine = new TestEngine('alarms: { close: { title: Close, closer: { trigger: A9, than: 1.5s } } }');
    for (const after of [2000, 2000, 500, 2000]) engine.read({}, after);
    expect(engine.moves()).toEqual([
      'close: normal > unacknowledged (input)',
      'close: unacknowledged > returned-unacknowledged (input)',
    ]);
  });
});

test('a rule that exceeds its operations is switched off, told of by an alarm of its own, until it is changed', () => {
  const sum = Array.from({ length: 30 }, () => 'sum(E:A)').join(' + ');
  const engine = new TestEngine(`alarms: { a: { title: A, value: "${sum}", limits: { high: 3 } } }`);
  const device = {
    name: 'E:A',
    kind: 'float' as const,
    units: '',
    status: 0,
    seconds: 1,
    milliseconds: 0,
    values: Array.from({ length: 50_000 }, () => 1),
  };
  expect(changesIn(engine.read({}, 1000, { devices: [device] }))).toMatchObject([
    { alarm: 'a', to: 'out-of-service', severity: 'INVALID', status: 'DISABLE' },
    { alarm: 'spillway/alarm-engine/rule-at-fault', to: 'unacknowledged', value: 1 },
  ]);
  expect(engine.read({ 'E:A': 1 })).toEqual([]);
  expect(engine.command({ kind: 'enable', alarm: 'a' })).toMatchObject({ code: 'COMMAND_REFUSED' });
  const outputs = engine.rules('alarms: { a: { title: A, value: "E:A", limits: { high: 3 } } }');
  expect(engine.moves(outputs)).toEqual([
    'a: out-of-service > normal (rules)',
    'spillway/alarm-engine/rule-at-fault: unacknowledged > returned-unacknowledged (rules)',
  ]);
});
