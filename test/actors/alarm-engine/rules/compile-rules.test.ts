import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileRules } from '../../../../actors/alarm-engine/rules/compile-rules.ts';
import { diffRules } from '../../../../actors/alarm-engine/rules/diff.ts';
import { knownDevices } from '../../../../actors/alarm-engine/rules/known.ts';
import { formatProblem, rulesInvalid } from '../../../../actors/alarm-engine/rules/problems.ts';
import { inMode, type Rule, type RuleSet } from '../../../../actors/alarm-engine/rules/rule.ts';
import { parseDeviceList } from '../../../../protocol/device-list.ts';
import { FORMS, FUNCTIONS } from '../../../../protocol/expression/call.ts';
import { isUnusable } from '../../../../protocol/expression/value.ts';
import { STALE, scopeOf } from '../../../protocol/expression/world.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const known = {
  devices: knownDevices([parseDeviceList(read('fixtures/devices/numi.yaml'), 'numi.yaml')]),
  triggers: new Set(['A9', 'AD']),
  actors: new Set(['recorder', 'beam-monitor']),
  stages: new Set(['filed', 'recorder']),
};

const compile = (text: string, ...others: string[]) =>
  compileRules(
    [
      { path: 'a.yaml', text },
      ...others.map((other, index) => ({ path: `${'bcd'[index]}.yaml`, text: other })),
    ],
    known,
  );

const ruleSet = (text: string, ...others: string[]): RuleSet => {
  const compiled = compile(text, ...others);
  if (compiled.ok) return compiled.ruleSet;
  throw rulesInvalid(compiled.problems);
};

const problems = (text: string, ...others: string[]): string[] => {
  const compiled = compile(text, ...others);
  return compiled.ok ? [] : compiled.problems.map(formatProblem);
};

const rule = (body: string): Rule => {
  const [only] = ruleSet(`alarms:\n  x/y:\n    title: T\n    ${body}\n`).rules.values();
  if (!only) throw new Error('no rule');
  return only;
};

describe('the page about the language', () => {
  const page = read('docs/alarms.md');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

  test('its example loads against the NuMI device list, without a warning', () => {
    const { rules, modes, quantities, warnings } = ruleSet(example);
    expect(warnings).toEqual([]);
    expect(rules.size).toBe(9 + 24 - 1 + 1);
    expect(modes.map(({ name }) => name)).toEqual(['maintenance', 'horn-off', 'beam-on']);
    expect([...quantities.keys()]).toEqual(['horn_current', 'target_x']);
  });

  test('names every function as it is written', () => {
    const unnamed = [...FUNCTIONS.values(), ...FORMS.values()].filter(
      ({ usage }) => !page.includes(`\`${usage}\``),
    );
    expect(unnamed.map(({ usage }) => usage)).toEqual([]);
  });
});

describe('what an alarm has from its areas', () => {
  const text = `
defaults: { stale: 30s, labels: { site: fnal, team: beam } }
areas:
  beam: { guidance: look, audience: [shifter], labels: { team: horn }, severity: MINOR, mask: [beam/off], onDelay: 5s }
  beam/horn: { audience: [expert], enable: pot() > 0.5, shelveMax: 2h, severities: { low: MAJOR } }
alarms:
  beam/off: { title: Off, when: pot() < 0.1 }
  beam/horn/current: { title: T, value: E:NSLINA, limits: { low: -50 }, labels: { device: E:NSLINA }, onDelay: 0s }
  top: { title: T, when: pot() < 0.1 }
`;
  const { rules } = ruleSet(text);

  test('the nearest one wins, and labels are added up', () => {
    expect(rules.get('beam/horn/current')).toMatchObject({
      guidance: 'look',
      audience: ['expert'],
      labels: { site: 'fnal', team: 'horn', device: 'E:NSLINA' },
      staleMs: 30_000,
      shelveMaxMs: 7_200_000,
      onDelayMs: 0,
      mask: ['beam/off'],
      units: 'kA',
      condition: { severities: { lolo: 'MAJOR', low: 'MAJOR', high: 'MINOR', hihi: 'MAJOR' } },
    });
    expect(rules.get('top')).toMatchObject({
      labels: { site: 'fnal', team: 'beam' },
      audience: [],
      mask: [],
    });
  });

  test('an alarm that hides the others of its area does not hide itself', () => {
    expect(rules.get('beam/off')?.mask).toEqual([]);
  });

  test('what enables it belongs to its inputs', () => {
    expect(rules.get('beam/horn/current')?.inputs.devices.map(({ name }) => name)).toEqual([
      'E:NSLINA',
      'E:TRTGTD',
      'E:TR101D',
    ]);
  });
});

describe('inputs name everything that must be at hand', () => {
  test('quantities are followed to their devices', () => {
    const { rules } = ruleSet(`
quantities:
  a: { value: b + E:TRTGTD }
  b: { value: change(E:HMGPR) }
alarms:
  x: { title: T, value: a, limits: { high: 3 } }
`);
    expect(rules.get('x')?.inputs).toMatchObject({
      devices: [
        { name: 'E:HMGPR', previous: true },
        { name: 'E:TRTGTD', previous: false },
      ],
      quantities: ['b', 'a'],
    });
  });

  test('windows, fields and time are told', () => {
    expect(
      rule("when: counts('A9', 60s) + rate('A9', 2m) > 3 and health('recorder', 'lag') > 5").inputs,
    ).toEqual({
      devices: [],
      triggers: [{ name: 'A9', windowMs: 120_000 }],
      actors: [{ actor: 'recorder', fields: ['state', 'lag'], previous: false }],
      stages: [],
      quantities: [],
      mode: false,
      timed: true,
    });
    expect(rule("absent: { stage: filed, for: 30s, while: mode() == 'unknown' }").inputs).toMatchObject({
      stages: ['filed'],
      mode: true,
    });
    expect(rule('gap: {}').inputs.stages).toEqual(['*']);
    expect(rule('closer: { trigger: A9, than: 1s }').inputs.triggers).toEqual([{ name: 'A9', windowMs: 0 }]);
  });

  test('a quantity is calculated once a moment, however many ask for it', () => {
    const { rules } = ruleSet(`
quantities: { a: { value: E:HMGPR * 2 } }
alarms:
  x: { title: T, value: a, limits: { high: 3 } }
  y: { title: T, value: a + a, limits: { high: 3 } }
`);
    const scope = scopeOf({ devices: { 'E:HMGPR': 4 } });
    let reads = 0;
    const counting = { ...scope, device: (name: string) => (reads++, scope.device(name)) };
    for (const { condition } of rules.values())
      if (condition.kind === 'limits') condition.value.evaluate(counting, STALE);
    expect(reads).toBe(1);
  });
});

describe('limits and severities by mode', () => {
  test('none and modes without a default have no meaning', () => {
    const { rules, warnings } = ruleSet(`
modes: [{ name: on, when: pot() > 1 }, { name: off, manual: true }, { name: test, manual: true }]
alarms:
  a: { title: T, value: pot(), limits: { on: { high: 3 }, off: none, default: { high: 9 } } }
  b: { title: T, value: pot(), limits: { on: { high: 3 }, off: none } }
  c: { title: T, when: pot() > 1, severity: { on: MINOR, default: none } }
`);
    const limitsOf = (id: string, mode: string) => {
      const condition = rules.get(id)?.condition;
      return condition?.kind === 'limits'
        ? inMode(condition.limits, mode)
        : condition?.kind === 'when'
          ? inMode(condition.severity, mode)
          : 'no';
    };
    expect([limitsOf('a', 'on'), limitsOf('a', 'off'), limitsOf('a', 'test')]).toEqual([
      { high: 3 },
      undefined,
      { high: 9 },
    ]);
    expect([limitsOf('b', 'on'), limitsOf('b', 'test')]).toEqual([{ high: 3 }, undefined]);
    expect([limitsOf('c', 'on'), limitsOf('c', 'test')]).toEqual(['MINOR', undefined]);
    expect(warnings).toEqual([
      expect.stringMatching(/^a\.yaml:5:40: alarms\.b\.limits: says nothing of test,/),
    ]);
  });
});

test('what an area has from above is judged where it stands: there alone it says what it forgets', () => {
  const of = (severity: string) =>
    ruleSet(`
modes: [{ name: on, when: pot() > 1 }, { name: off, manual: true }]
areas:
  beam: { severity: ${severity} }
  beam/horn: { audience: [expert] }
  beam/horn/water: { onDelay: 2s }
alarms:
  beam/horn/a: { title: T, when: pot() > 1 }
`).warnings;
  expect(of('{ on: MINOR, default: none }')).toEqual([]);
  expect(of('{ on: MINOR }')).toEqual([
    expect.stringMatching(/^a\.yaml:4:\d+: areas\.beam\.severity: says nothing of off,/),
  ]);
});

describe('templates', () => {
  test('every combination is an alarm, with its values in their places and types', () => {
    const { rules } = ruleSet(`
alarms:
  bpm/{s.device}-{batch}:
    title: "{s.device} batch {batch}"
    each: { s: [{ device: E:HP121, high: 1.5 }, { device: E:VP121, high: 2 }], batch: 1..3 }
    value: "{s.device}[{batch}]"
    limits: { high: "{s.high}" }
    labels: { batch: "{batch}" }
    mask: ["bpm/{s.device}-1x"]
  bpm/{d}-1x: { title: T, each: { d: [E:HP121, E:VP121] }, when: "usable({d})" }
`);
    expect([...rules.keys()]).toEqual([
      ...['e-hp121', 'e-vp121'].flatMap(name => [1, 2, 3].map(batch => `bpm/${name}-${batch}`)),
      'bpm/e-hp121-1x',
      'bpm/e-vp121-1x',
    ]);
    expect(rules.get('bpm/e-vp121-3')).toMatchObject({
      title: 'E:VP121 batch 3',
      labels: { batch: '3' },
      mask: ['bpm/e-vp121-1x'],
      condition: { value: { text: 'E:VP121[3]' }, limits: { otherwise: { high: 2 } } },
    });
  });

  test('what is the same in all of them is made once', () => {
    const { rules } = ruleSet(`
alarms:
  a/{n}: { title: "{n}", each: { n: 1..500 }, value: pot(), limits: { high: 3 }, audience: [shifter], enable: E:HMGPR > 1 }
`);
    const [first, ...others] = [...rules.values()];
    for (const other of others) {
      expect(
        other.condition.kind === 'limits' &&
          first?.condition.kind === 'limits' &&
          other.condition.value === first.condition.value,
      ).toBe(true);
      expect(other.enable).toBe(first?.enable);
      expect(other.audience).toBe(first?.audience);
    }
  });
});

describe('every mistake is told with its place and what is accepted', () => {
  const MODES = 'modes: [{ name: on, when: pot() > 1 }]\n';
  const alarm = (body: string): string => `alarms:\n  x/y:\n    title: T\n    ${body}\n`;

  test.each<[string, string, RegExp]>([
    ['not YAML', 'alarms: [', /^a\.yaml:\d+:\d+: /],
    [
      'not a map',
      '- a',
      /^a\.yaml:1:1: not a rule file; accepted: defaults, areas, modes, quantities, alarms/,
    ],
    [
      'an unknown section',
      'alarm: {}',
      /^a\.yaml:1:8: alarm: this key is not known here; did you mean alarms\?/,
    ],
    [
      'an unknown key',
      alarm('value: pot()\n    limit: { high: 3 }'),
      /^a\.yaml:5:12: alarms\.x\/y\.limit: this key is not known here; did you mean limits\?/,
    ],
    ['a section of the wrong kind', 'modes: {}', /^a\.yaml:1:8: modes: must be a list/],
    ['an alarm that is none', 'alarms: { a: 3 }', /^a\.yaml:1:14: alarms\.a: must be a map/],
    [
      'a name with capitals',
      'alarms:\n  A/b: { title: T, when: pot() > 1 }',
      /^a\.yaml:2:8: alarms\.A\/b: A\/b must be lower-case/,
    ],
    ['no title', 'alarms: { a: { when: pot() > 1 } }', /alarms\.a\.title: is missing/],
    [
      'no condition',
      alarm('units: mm'),
      /^a\.yaml:3:5: alarms\.x\/y: has no condition; accepted: one of limits, states, when, absent, closer, gap/,
    ],
    [
      'two conditions',
      alarm('when: pot() > 1\n    gap: {}'),
      /has the conditions when and gap; accepted: one of/,
    ],
    [
      'limits without a value',
      alarm('limits: { high: 3 }'),
      /alarms\.x\/y: has no value; accepted: an expression/,
    ],
    [
      'a value without a use',
      alarm('gap: {}\n    value: pot()'),
      /alarms\.x\/y\.value: means nothing beside gap; accepted beside limits, states, when/,
    ],
    [
      'a dead band without limits',
      alarm('when: pot() > 1\n    deadband: 1'),
      /deadband: means nothing beside when/,
    ],
    [
      'an expression with a mistake',
      alarm('value: pot() + * 3\n    limits: { high: 1 }'),
      /^a\.yaml:4:20: alarms\.x\/y\.value: "\*" where a value should be/,
    ],
    ['the same in quotes', alarm('value: "pot() + * 3"\n    limits: { high: 1 }'), /^a\.yaml:4:21: /],
    [
      'an unknown device',
      alarm('when: E:TRTGTF > 1'),
      /^a\.yaml:4:11: alarms\.x\/y\.when: E:TRTGTF is not in the device list; did you mean E:TRTGTD\?/,
    ],
    [
      'an element that is not there',
      alarm('when: E:HPTGT[7] > 1'),
      /^a\.yaml:4:19: .*E:HPTGT has no element 7; accepted: 0 to 6/,
    ],
    [
      'an array where a number should be',
      alarm('value: E:HPTGT\n    limits: { high: 1 }'),
      /E:HPTGT is an array where what it is for needs a number/,
    ],
    [
      'an unknown trigger',
      alarm('absent: { trigger: A8, for: 3s }'),
      /^a\.yaml:4:24: alarms\.x\/y\.absent\.trigger: no trigger is called A8; did you mean A9\?/,
    ],
    [
      'an unknown actor',
      alarm('absent: { actor: recoder, for: 3s }'),
      /no actor is called recoder; did you mean recorder\?/,
    ],
    ['an unknown stage', alarm('gap: { stage: filled }'), /no stage is called filled; did you mean filed\?/],
    [
      'a device misspelt',
      alarm('absent: { device: "E_TRTGTD", for: 3s }'),
      /asks for the setting of E:TRTGTD/,
    ],
    [
      'absence of nothing',
      alarm('absent: { for: 3s }'),
      /alarms\.x\/y\.absent: of what\? accepted: one of trigger, device, actor, stage/,
    ],
    ['absence of two things', alarm('absent: { trigger: A9, actor: recorder, for: 3s }'), /of what\?/],
    ['an unknown quantity', alarm('when: horn > 1'), /no quantity is called horn/],
    [
      'a number where truth should be',
      alarm('when: pot()'),
      /pot\(\) is a number where what it is for needs true or false/,
    ],
    [
      'limits out of order',
      alarm('value: pot()\n    limits: { low: 3, high: 2 }'),
      /^a\.yaml:5:29: alarms\.x\/y\.limits\.high: 2 is not above low 3; accepted: lolo < low < high < hihi/,
    ],
    ['equal limits', alarm('value: pot()\n    limits: { lolo: 3, low: 3 }'), /3 is not above lolo 3/],
    [
      'limits of a mode out of order',
      `${MODES}${alarm('value: pot()\n    limits: { on: { low: 3, high: 2 }, default: none }')}`,
      /^a\.yaml:6:\d+: alarms\.x\/y\.limits\.on\.high: 2 is not above/,
    ],
    ['no limit at all', alarm('value: pot()\n    limits: {}'), /alarms\.x\/y\.limits: must be limits as/],
    [
      'a limit that is no number',
      alarm('value: pot()\n    limits: { high: x }'),
      /limits\.high: must be a number/,
    ],
    [
      'a limit that is infinite',
      alarm('value: pot()\n    limits: { high: .inf }'),
      /limits\.high: must be a number/,
    ],
    [
      'a dead band wider than the window',
      alarm('value: pot()\n    limits: { low: 1, high: 2 }\n    deadband: 1'),
      /^a\.yaml:6:15: alarms\.x\/y\.deadband: 1 is not narrower than low 1 to high 2/,
    ],
    [
      'more bad ones than there are',
      alarm('when: pot() > 1\n    count: { bad: 6, of: 5 }'),
      /alarms\.x\/y\.count: can never be reached: bad must be at most of/,
    ],
    [
      'a delay without a unit',
      alarm('when: pot() > 1\n    onDelay: 5'),
      /onDelay: must be a number with a unit/,
    ],
    ['a delay of days', alarm('when: pot() > 1\n    offDelay: 2d'), /offDelay: must be from 0s to 1d/],
    ['no staleness at all', alarm('when: pot() > 1\n    stale: 0s'), /stale: must be from 1s to 7d/],
    ['a shelf for ever', alarm('when: pot() > 1\n    shelveMax: 400d'), /shelveMax: must be from 1m to 30d/],
    [
      'a severity that is none',
      alarm('when: pot() > 1\n    severity: INVALID'),
      /severity: must be MINOR or MAJOR/,
    ],
    [
      'an unknown mode',
      `${MODES}${alarm('value: pot()\n    limits: { onn: { high: 3 } }')}`,
      /^a\.yaml:6:20: alarms\.x\/y\.limits\.onn: no machine mode is called onn; accepted: default, on/,
    ],
    [
      'an unknown mode of an area',
      `${MODES}areas: { beam: { severity: { onn: MINOR } } }`,
      /areas\.beam\.severity\.onn: no machine mode is called onn/,
    ],
    [
      'an unknown mode in an expression',
      `${MODES}${alarm("when: mode() == 'onn'")}`,
      /no machine mode is called "onn"; accepted: on, unknown/,
    ],
    [
      'a mode neither recognised nor set',
      'modes: [{ name: on }]',
      /modes\.0: a mode is recognised or set; accepted: either when: or manual: true/,
    ],
    ['a mode named like a limit', 'modes: [{ name: high, manual: true }]', /means something else already/],
    [
      'a mode that asks for the mode',
      'modes: [{ name: on, when: "mode() == \'on\'" }]',
      /cannot be asked for where it is decided/,
    ],
    [
      'a mode that asks for it by a quantity',
      'quantities: { q: { value: "mode() == \'on\'" } }\nmodes: [{ name: on, when: q }]',
      /q asks for the machine mode/,
    ],
    [
      'a mode behind one that always holds',
      'modes: [{ name: a, when: true }, { name: b, when: pot() > 1 }]',
      /^a\.yaml:1:\d+: mode b can never be reached: a comes before it and always holds/,
    ],
    [
      'a mode that never holds',
      'modes: [{ name: a, when: 1 > 2 }]',
      /mode a can never be reached: 1 > 2 is always false/,
    ],
    [
      'a mode that asks the impossible',
      'modes: [{ name: a, when: pot() > 2 and pot() < 1 }]',
      /mode a can never be reached: .* asks the impossible of pot\(\)/,
    ],
    [
      'a mode twice in other words',
      'modes: [{ name: a, when: pot() > 2 }, { name: b, when: pot() > 2 }]',
      /mode b can never be reached: a comes before it and has the same condition/,
    ],
    [
      'an unknown parent',
      alarm('when: pot() > 1\n    mask: [x/z]'),
      /^a\.yaml:5:12: alarms\.x\/y\.mask\.0: no alarm is called x\/z; did you mean x\/y\?/,
    ],
    [
      'an alarm that hides itself',
      alarm('when: pot() > 1\n    mask: [x/y]'),
      /x\/y \(a\.yaml:3:5\) would hide itself: x\/y -> x\/y/,
    ],
    [
      'two that hide each other',
      'alarms:\n  a: { title: T, when: pot() > 1, mask: [b] }\n  b: { title: T, when: pot() > 1, mask: [a] }',
      /would hide itself: a -> b -> a/,
    ],
    [
      'a quantity made from itself',
      'quantities:\n  a: { value: b + 1 }\n  b: { value: c }\n  c: { value: a }',
      /^a\.yaml:2:15: quantities\.a: is made from itself: a -> b -> c -> a/,
    ],
    [
      'a quantity with no name',
      'quantities: { Horn: { value: 1 } }',
      /quantities\.Horn: is no name for a quantity/,
    ],
    [
      'a placeholder for nothing',
      'alarms:\n  a/{n}: { title: "{m}", each: { n: 1..3 }, when: pot() > 1 }',
      /^a\.yaml:2:19: alarms\.a\/\{n\}\.title: \{m\} stands for nothing; did you mean n\?/,
    ],
    [
      'a variable that is not in the name',
      'alarms:\n  a: { title: "{n}", each: { n: 1..3 }, when: pot() > 1 }',
      /makes more than one a; accepted: a name that holds every variable/,
    ],
    [
      'an empty range',
      'alarms:\n  a/{n}: { title: T, each: { n: 3..1 }, when: pot() > 1 }',
      /each: makes no alarm/,
    ],
    [
      'a range of words',
      'alarms:\n  a/{n}: { title: T, each: { n: abc }, when: pot() > 1 }',
      /each\.n: must be a list, or a range as 1\.\.6/,
    ],
    [
      'elements of different fields',
      'alarms:\n  a/{n.a}: { title: T, each: { n: [{ a: 1 }, { b: 2 }] }, when: pot() > 1 }',
      /each\.n: has elements with different fields/,
    ],
    [
      'more alarms than anybody looks at',
      'alarms:\n  a/{n}-{m}: { title: T, each: { n: 1..1000, m: 1..1000 }, when: pot() > 1 }',
      /makes 1000000 alarms in all; accepted: up to 100000/,
    ],
    [
      'an expression wrong in each alarm',
      'alarms:\n  a/{n}: { title: T, each: { n: 1..9 }, when: "{n} +" }',
      /^a\.yaml:2:\d+: alarms\.a\/\{n\}\.when: nothing where a value should be.*, in 1 \+/,
    ],
  ])('%s', (_, text, expected) => {
    const told = problems(text);
    expect(told[0] ?? 'nothing is told').toMatch(expected);
  });

  test('all of them at once, by file and line', () => {
    const told = problems(
      'alarms:\n  a: { title: T, when: pot( }\n  b: { title: T, value: 3, limits: { low: 2, high: 1 } }\n  c: { titel: T }\n',
      'quantities: { q: { value: E:NONE } }\n',
    );
    expect(told.map(line => line.split(' ')[0])).toEqual([
      'a.yaml:2:28:',
      'a.yaml:3:52:',
      'a.yaml:4:15:',
      'b.yaml:1:27:',
    ]);
  });

  test('what stands in two files is told with both places', () => {
    const text =
      'areas: { x: {} }\nquantities: { q: { value: 1 } }\nalarms: { a: { title: T, when: pot() > q } }\n';
    expect(problems(text, text)).toEqual([
      'b.yaml:1:13: areas.x: is defined at a.yaml:1:13 already',
      'b.yaml:2:18: quantities.q: is defined at a.yaml:2:18 already',
      'b.yaml:3:14: alarms.a: is defined at a.yaml:3:14 already',
    ]);
    expect(problems(MODES, MODES)[0]).toMatch(/^b\.yaml:1:8: modes: their order counts.*all in a\.yaml/);
    expect(problems('modes: [{ name: on, manual: true }, { name: on, manual: true }]')[0]).toMatch(
      /^a\.yaml:1:45: modes\.1\.name: on is defined at a\.yaml:1:17 already/,
    );
    expect(problems('defaults: {}\n', 'defaults: {}\n')[0]).toMatch(
      /defaults: stand at a\.yaml:1:11 already/,
    );
    expect(
      problems('alarms:\n  a: { title: T, when: pot() > 1 }\n  a: { title: T, when: pot() > 1 }\n')[0],
    ).toMatch(/^a\.yaml:3:3: a stands at 2:3 already/);
    expect(
      problems(
        'alarms:\n  a/{n}: { title: T, each: { n: 1..2 }, when: pot() > 1 }\n  a/2: { title: T, when: pot() > 1 }\n',
      )[0],
    ).toMatch(/^a\.yaml:3:8: alarms\.a\/2: a\/2 is defined at a\.yaml:2:10 already/);
  });

  test('who names something with a mistake is not blamed for it', () => {
    expect(problems(`quantities: { q: { value: E:NONE } }\n${alarm('when: q > 1')}`)).toHaveLength(1);
  });

  test('hundreds of alarms of a template do not tell the same mistake hundreds of times', () => {
    expect(
      problems('alarms:\n  a/{n}: { title: T, each: { n: 1..900 }, when: "E:NONE > {n}" }').length,
    ).toBeLessThan(10);
  });
});

test('what is always so, or never, is a warning', () => {
  const { warnings } = ruleSet(`
alarms:
  a: { title: T, when: 1 > 2 }
  b: { title: T, when: pot() > 5 and pot() < 3 }
  c: { title: T, when: pot() > 5, enable: true }
`);
  expect(warnings).toEqual([
    'a.yaml:3:24: alarms.a.when: 1 > 2 is always false',
    'a.yaml:4:24: alarms.b.when: pot() > 5 and pot() < 3 asks the impossible of pot()',
    'a.yaml:5:43: alarms.c.enable: true is always true',
  ]);
});

describe('what is different between two rule sets', () => {
  const text = `
quantities: { q: { value: E:HMGPR } }
alarms:
  a: { title: T, value: q, limits: { high: 3 } }
  b: { title: T, when: pot() > 1 }
`;
  test('nothing, when only places and comments differ', () => {
    const moved = `# comment\n${text.replace('a: {', 'z: { title: T, when: pot() > 2 }\n  a: {')}`;
    expect(diffRules(ruleSet(text), ruleSet(moved))).toEqual({ added: ['z'], removed: [], changed: [] });
  });

  test('an alarm has changed when its own text, its area or a quantity beneath it has', () => {
    const changed = (from: string | RegExp, to: string) =>
      diffRules(ruleSet(text), ruleSet(text.replace(from, to))).changed;
    expect(changed('high: 3', 'high: 4')).toEqual(['a']);
    expect(changed('value: E:HMGPR', 'value: E:HMGPR + 1')).toEqual(['a']);
    expect(changed('alarms:', 'defaults: { latch: true }\nalarms:')).toEqual(['a', 'b']);
    expect(changed('pot() > 1', 'pot() > 2')).toEqual(['b']);
    expect(diffRules(ruleSet(text), ruleSet(text.replace(/ {2}b:.*\n/, ''))).removed).toEqual(['b']);
  });
});

test('sixty thousand alarms from one template load and can be evaluated', () => {
  const { rules } = ruleSet(`
alarms:
  x/{a}-{b}: { title: "{a} {b}", each: { a: 1..250, b: 1..240 }, value: "E:HMGPR + {a} * {b}", limits: { high: 600 } }
`);
  expect(rules.size).toBe(60_000);
  const condition = rules.get('x/250-240')?.condition;
  const value =
    condition?.kind === 'limits' && condition.value.evaluate(scopeOf({ devices: { 'E:HMGPR': 1 } }), STALE);
  expect(value).toBe(60_001);
  expect(isUnusable(value || 0)).toBe(false);
});
