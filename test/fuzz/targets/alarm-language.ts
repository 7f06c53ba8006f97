import { compileRules } from '../../../actors/alarm-engine/rules/compile-rules.ts';
import { rulesInvalid } from '../../../actors/alarm-engine/rules/problems.ts';
import { formatMatcher, parseMatcher } from '../../../protocol/alarm/matcher.ts';
import { compileExpression } from '../../../protocol/expression/compile.ts';
import { NAMES, STALE, scopeOf } from '../../protocol/expression/world.ts';
import type { Target } from '../target.ts';
import { mustEqual } from './same.ts';
import { YAML_WORDS } from './yaml-words.ts';

const text = (input: Uint8Array): string => Buffer.from(input).toString();

const EXPRESSIONS = [
  "abs(E:NSLINA + E:NSLIND) < 1 and mode() == 'beam-on'",
  'mean(E:MTGTDS[3]) * 2.5e-3 - -1',
  "sinceLast('A9') > 10 ? 1 : health('recorder', 'lag')",
  'not (max(1, 2, E:TRTGTD) >= 3) or false',
];

/** Compiles, and gives the same value twice. */
export const expressions: Target = {
  name: 'alarm-expressions',
  refuses: ['EXPRESSION_INVALID'],
  words: [
    '(',
    ')',
    '[',
    ']',
    ' and ',
    ' or ',
    ' not ',
    '?',
    ':',
    '<=',
    '!=',
    '**',
    'E:TRTGTD',
    "'A9'",
    'mean(',
    'health(',
    '1e308',
    '-',
    '%',
    '0',
    ',',
  ],
  seeds: () => EXPRESSIONS.map(source => Buffer.from(source)),
  take(input) {
    const compiled = compileExpression(text(input), NAMES);
    mustEqual('value', compiled.evaluate(scopeOf({}), STALE), compiled.evaluate(scopeOf({}), STALE));
  },
};

const RULES = `modes:
  - { name: beam-on, when: "E:TRTGTD > 0.1" }
quantities:
  horn_current: { value: "E:NSLINA + E:NSLINB", units: kA, description: all striplines }
areas:
  beam: { guidance: Call the expert., audience: [shifter] }
alarms:
  beam/horn:
    title: Horn current outside its window
    value: horn_current
    limits: { beam-on: { low: -202, high: -196 }, default: none }
    deadband: 0.2
    offDelay: 2s
  beam/{d}/missing:
    each: { d: [E:TRTGTD, E:HADMU] }
    title: no value
    absent: { device: "{d}", for: 10s }
    severity: MINOR
    mask: [beam/horn]
`;

export const ruleFiles: Target = {
  name: 'alarm-rules',
  refuses: ['ALARM_RULES_INVALID'],
  words: [...YAML_WORDS, '!!js ', 'limits:', 'each:', 'mask:', 'default:'],
  seeds: () => [Buffer.from(RULES)],
  take(input) {
    const compiled = compileRules([{ path: 'fuzz.yaml', text: text(input) }]);
    if (!compiled.ok) throw rulesInvalid(compiled.problems);
  },
};

export const matchers: Target = {
  name: 'silence-matchers',
  refuses: ['EXPRESSION_INVALID'],
  words: ['=~', '!~', '!=', '=', '"', '\\', '(', ')*', '[a-', '{1000}', '(?i)', '|', '.+'],
  seeds: () =>
    ['area="beam/horn"', 'severity=~"MAJOR|INVALID"', 'a!~b.*', 'x!="\\\\n\\""'].map(source =>
      Buffer.from(source),
    ),
  take(input) {
    const matcher = parseMatcher(text(input));
    mustEqual('matcher', matcher, parseMatcher(formatMatcher(matcher)));
  },
};
