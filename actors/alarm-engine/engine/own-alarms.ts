import { AlarmStatus, Severity } from '../../../protocol/alarm/severity.ts';
import type { Inputs } from '../../../protocol/expression/scope.ts';
import { FINE } from '../life/alarm.ts';
import { ConditionKind, type Rule } from '../rules/rule.ts';
import type { Definition, EngineCondition } from './definition.ts';

/** How many lines or names a message shows. */
const SHOWN = 5;

const firstLines = (text: string): string => {
  const lines = text.split('\n');
  const more = lines.length - SHOWN;
  return [...lines.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
};

/** What is wrong with the engine itself, told like any other alarm. */
const OWN = [
  {
    id: 'spillway/alarm-engine/rules-refused',
    title: 'New alarm rules are not in force',
    guidance: 'The rules before go on. `spillway check` names file, line and what is accepted.',
    problem: ({ refused }: EngineCondition) =>
      refused === null ? undefined : { value: null, reason: firstLines(refused) },
  },
  {
    id: 'spillway/alarm-engine/rule-at-fault',
    title: 'An alarm rule is switched off',
    guidance: 'It threw, or took too long, and its alarm is out of service until the rule has been changed.',
    problem: ({ faulty }: EngineCondition) =>
      faulty.length > 0
        ? { value: faulty.length, reason: `switched off: ${faulty.slice(0, SHOWN).join(', ')}` }
        : undefined,
  },
];

const NO_INPUTS: Inputs = {
  devices: [],
  triggers: [],
  actors: [],
  stages: [],
  quantities: [],
  mode: false,
  timed: false,
};

const SHELVE_MAX_MS = 7 * 24 * 3_600_000;

export const ownAlarms: readonly Definition[] = OWN.map(({ id, title, guidance, problem }) => {
  const rule: Rule = {
    id,
    title,
    guidance,
    units: '',
    // Never evaluated as a condition: `assess` below says how the engine is.
    condition: {
      kind: ConditionKind.closer,
      trigger: '',
      thanMs: 0,
      severity: { otherwise: Severity.major, modes: new Map() },
    },
    onDelayMs: 0,
    offDelayMs: 0,
    count: { bad: 1, of: 1 },
    latch: false,
    acknowledge: true,
    mask: [],
    staleMs: Number.POSITIVE_INFINITY,
    shelveMaxMs: SHELVE_MAX_MS,
    audience: ['expert'],
    dashboard: '',
    labels: {},
    inputs: NO_INPUTS,
    digest: id,
    place: { file: '', line: 1, column: 1 },
  };
  return {
    rule,
    rank: 0,
    masked: [],
    modal: false,
    assess(_scope, _before, engine) {
      const wrong = problem(engine);
      return wrong
        ? { severity: Severity.major, status: AlarmStatus.state, ...wrong, waiting: false }
        : { ...FINE, value: null, reason: 'all is well', waiting: false };
    },
  };
});
