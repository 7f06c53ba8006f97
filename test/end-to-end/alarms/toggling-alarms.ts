import { randomUUID } from 'node:crypto';
import { KeyedRandom } from '../../../fixtures/simulator/random.ts';
import { type AlarmCommand, parseAlarmCommand } from '../../../protocol/messages/alarm-command.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import { eventTimeFromMs, type Milliseconds } from '../../../protocol/time.ts';

const AREAS = 10;

/** A kind of alarm each, one per area: what makes an engine wait, count, latch and hide is all there. */
const KINDS: Readonly<Record<string, string>> = {
  plain: 'acknowledge: false',
  listed: 'acknowledge: true',
  latched: 'latch: true',
  delayed: 'onDelay: 150ms\n    offDelay: 250ms',
  counted: 'count: { bad: 2, of: 3 }\n    acknowledge: false',
  masked: 'mask: ["part-{n}/plain"]\n    acknowledge: false',
  deaf: 'deadband: 2\n    acknowledge: false',
  labelled: 'labels: { kind: labelled }\n    acknowledge: false',
};

const KIND_NAMES = Object.keys(KINDS);
const DEVICES = AREAS * KIND_NAMES.length;

const alarmOf = (index: number): string =>
  `part-${Math.floor(index / KIND_NAMES.length)}/${KIND_NAMES[index % KIND_NAMES.length]}`;

/** Limits on 80 devices: MINOR above 5, MAJOR above 8; in one mode both are tighter. */
export const TOGGLING_RULES = `
modes:
  - { name: calm, manual: true }
# Long after the last reading all is still well, however slow the machine.
defaults: { stale: 1h }
alarms:${KIND_NAMES.map(
  (name, index) => `
  part-{n}/${name}:
    each: { n: "0..${AREAS - 1}" }
    title: "Value ${name} of part {n}"
    value: "E:K${index}N{n}"
    limits: { calm: { high: 4, hihi: 7 }, default: { high: 5, hihi: 8 } }
    ${KINDS[name]}`,
).join('')}
`;

/** Of a value that is drawn anew: well, MINOR or MAJOR. */
const LEVELS = [1, 6, 9] as const;
/** Share of the values that are drawn anew with each step. */
const SHARE = 0.25;
/** Steps from one command to the next. */
const COMMAND_EVERY = 4;

export interface ToggleStep {
  readonly readings: Readings;
  readonly command?: AlarmCommand;
}

/**
 * Values that wander between well, MINOR and MAJOR, and commands about their alarms: equal for equal seeds but for times and
 * the names of commands. The last step has everything well again.
 */
export function* toggleSteps(steps: number, seed: number, clock: () => Milliseconds): Generator<ToggleStep> {
  const random = new KeyedRandom(seed);
  const pick = (count: number) => Math.floor(random.uniform() * count);
  const values = Array.from({ length: DEVICES }, () => 1);
  for (let step = 1; step <= steps; step++) {
    for (const index of values.keys()) {
      if (random.uniform() < SHARE) values[index] = LEVELS[pick(LEVELS.length)] ?? 1;
    }
    if (step === steps) values.fill(1);
    const readings = readingsOf(values, clock());
    const commands = step % COMMAND_EVERY === 0 && step < steps;
    yield commands ? { readings, command: commandOf(pick, clock()) } : { readings };
  }
}

function commandOf(pick: (count: number) => number, now: Milliseconds): AlarmCommand {
  const alarm = alarmOf(pick(DEVICES));
  const about = {
    id: randomUUID(),
    by: 'shifter',
    origin: 'terminal',
    from: 'here',
    at: eventTimeFromMs(now),
  };
  const choices: readonly object[] = [
    { kind: 'acknowledge', alarm, note: '' },
    { kind: 'acknowledge', alarm, note: 'known' },
    { kind: 'reset', alarm: alarm.replace(/\/.*/, '/latched'), note: '' },
    { kind: 'shelve', alarm, reason: 'noise', durationMs: 400, oneShot: false },
    { kind: 'comment', alarm, note: 'seen' },
    { kind: 'take-over', alarm, note: '' },
    { kind: 'set-mode', mode: pick(2) === 0 ? 'calm' : '', reason: 'as planned' },
  ];
  return parseAlarmCommand({ ...about, ...choices[pick(choices.length)] });
}

function readingsOf(values: readonly number[], now: Milliseconds): Readings {
  const time = eventTimeFromMs(now);
  return {
    source: 'bd',
    mode: 'callback',
    trigger: 'A9',
    inOut: 'in',
    time,
    devices: values.map((value, index) => ({
      name: `E:K${index % KIND_NAMES.length}N${Math.floor(index / KIND_NAMES.length)}`,
      kind: 'float',
      units: '',
      status: 0,
      seconds: time.seconds,
      milliseconds: Math.floor(time.nanoseconds / 1e6),
      values: [value],
    })),
    problems: [],
  };
}
