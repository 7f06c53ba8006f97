/**
 * How many readings a second does the alarm engine hold against 60,000 rules?
 *
 *     node bench/alarm-evaluation.ts [--devices 10000] [--per-message 100] [--seconds 20]
 *
 * First the fold alone: readings arrive as messages of many devices, as front ends tell them, at a pace of their own in the
 * messages' time, while this machine goes as fast as it can; a share of the alarms comes and goes all the time. Six rules a
 * device: four with limits (by mode, dead band, delays, counted, enabled by another device) and two with expressions. Told are
 * readings a second of this machine, the time of a step, what a change of mode and of the rules costs, and the size of a snapshot.
 */
import { parseArgs } from 'node:util';
import { type EngineMessage, step, wakeAt } from '../actors/alarm-engine/engine/engine.ts';
import { EngineState, initialState } from '../actors/alarm-engine/engine/state.ts';
import { alarmChange } from '../protocol/messages/alarm-change.ts';
import { parseAlarmCommand } from '../protocol/messages/alarm-command.ts';
import type { Readings } from '../protocol/messages/readings.ts';
import { eventTimeFromMs } from '../protocol/time.ts';
import type { Delivered } from '../runtime/actor.ts';

const { values: options } = parseArgs({
  options: {
    devices: { type: 'string', default: '10000' },
    'per-message': { type: 'string', default: '100' },
    seconds: { type: 'string', default: '20' },
  },
});
const devices = Number(options.devices);
const perMessage = Number(options['per-message']);
const seconds = Number(options.seconds);
const READINGS_A_SECOND = 10_000;
const T0 = 1_795_000_000_000;

const RULES = `
modes:
  - { name: access, manual: true }
  - { name: running, when: "E:D0 > -1" }
alarms:
  d{n}/window:
    each: { n: "0..${devices - 1}" }
    title: "Device {n} outside its window"
    value: "E:D{n}"
    limits: { default: { lolo: -4, low: -3, high: 3, hihi: 4 }, access: none }
    deadband: 0.1
    stale: 60s
  d{n}/lasting:
    each: { n: "0..${devices - 1}" }
    title: "Device {n} high for long"
    value: "E:D{n}"
    limits: { high: 2 }
    onDelay: 3s
    offDelay: 3s
  d{n}/often:
    each: { n: "0..${devices - 1}" }
    title: "Device {n} often high"
    value: "E:D{n}"
    limits: { high: 2 }
    count: { bad: 3, of: 5 }
  d{n}/with-beam:
    each: { n: "0..${devices - 1}" }
    title: "Device {n} high with beam"
    value: "E:D{n}"
    limits: { high: 2.5 }
    enable: "E:D0 > -1"
  d{n}/sum:
    each: { n: "0..${devices - 1}" }
    title: "Device {n} and its square"
    when: "E:D{n} * E:D{n} + E:D{n} > 9"
    severity: MINOR
  d{n}/difference:
    each: { n: "0..${devices - 1}" }
    title: "Device {n} far away"
    when: "abs(E:D{n}) > 3.5 and E:D{n} > -5"
    severity: MAJOR
`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const random = seeded(1);
let state = initialState;
let sequence = 0;

function tell(type: string, body: unknown, storedAt: number): { ms: number; changes: number } {
  const message = {
    type,
    body,
    identity: '',
    stream: 'BEAM@1',
    sequence: ++sequence,
    storedAt,
    subject: '',
    hops: [],
  } as Delivered<EngineMessage>;
  const began = performance.now();
  const made = step(state, message);
  wakeAt(made.state);
  const ms = performance.now() - began;
  state = made.state;
  return { ms, changes: made.outputs.filter(output => output.type === alarmChange).length };
}

const files = [{ path: 'alarms/bench.yaml', text: RULES }];
const compiled = tell('alarm-rules/1', { files, by: 'bench', at: eventTimeFromMs(T0) }, T0);
print(`${devices * 6} rules compiled and in force in ${compiled.ms.toFixed(0)} ms`);

const messages = Math.ceil(devices / perMessage);
const everyMs = (1000 * perMessage) / READINGS_A_SECOND;
const total = Math.round((seconds * 1000) / everyMs);
const bodies = Array.from({ length: total }, (_, index) => readingsOf(index, T0 + 1000 + index * everyMs));
const times: number[] = [];
let changes = 0;
const startedAt = process.cpuUsage();
const began = performance.now();
for (const [index, body] of bodies.entries()) {
  const told = tell('readings/1', body, T0 + 1000 + index * everyMs);
  times.push(told.ms);
  changes += told.changes;
}
const elapsed = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(startedAt);
const cpu = (user + system) / 1e6;
const sorted = times.toSorted((a, b) => a - b);
const quantile = (q: number) => (sorted[Math.floor(q * (sorted.length - 1))] ?? 0).toFixed(2);
const read = total * perMessage;
print(`${read} readings in ${total} messages of ${perMessage}: ${(read / elapsed).toFixed(0)} readings/s`);
print(
  `${changes} changes, ${state.evaluations} evaluations (${(state.evaluations / elapsed / 1e6).toFixed(2)} M/s)`,
);
print(`step: p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, longest ${quantile(1)} ms`);
print(
  `processor time: ${((1e6 * cpu) / read).toFixed(1)} us a reading, so ${((100 * cpu * READINGS_A_SECOND) / read).toFixed(0)} % of one core at ${READINGS_A_SECOND} readings/s`,
);

snapshot('as it runs');
const storm = tell('alarm-command/1', setMode('access'), T0 + 1000 + total * everyMs);
print(`a mode in which ${storm.changes} alarms have no meaning: ${storm.ms.toFixed(0)} ms in one step`);
snapshot('in that mode');
const back = tell('alarm-command/1', setMode(''), T0 + 2000 + total * everyMs);
print(`and back, ${back.changes} changes: ${back.ms.toFixed(0)} ms`);
const other = [{ path: 'alarms/bench.yaml', text: RULES.replace('hihi: 4', 'hihi: 4.5') }];
const reload = tell(
  'alarm-rules/1',
  { files: other, by: 'bench', at: eventTimeFromMs(T0) },
  T0 + 3000 + total * everyMs,
);
print(`${devices} rules changed of ${devices * 6}: ${reload.ms.toFixed(0)} ms, ${reload.changes} changes`);

function snapshot(what: string): void {
  const start = performance.now();
  const json = JSON.stringify(state);
  const written = performance.now();
  EngineState.parse(JSON.parse(json));
  print(
    `snapshot ${what}: ${(json.length / 2 ** 20).toFixed(2)} MiB, written in ${(written - start).toFixed(0)} ms, read in ${(performance.now() - written).toFixed(0)} ms`,
  );
}

function setMode(mode: string) {
  const id = crypto.randomUUID();
  const at = eventTimeFromMs(T0);
  return parseAlarmCommand({
    kind: 'set-mode',
    id,
    by: 'bench',
    origin: 'terminal',
    from: '',
    at,
    mode,
    reason: 'bench',
  });
}

/** About one value in a hundred is beyond three. */
function readingsOf(index: number, ms: number): Readings {
  const first = (index % messages) * perMessage;
  const time = eventTimeFromMs(ms);
  return {
    source: 'bench',
    mode: 'callback',
    trigger: `T${index % messages}`,
    inOut: 'in',
    time,
    devices: Array.from({ length: Math.min(perMessage, devices - first) }, (_, offset) => ({
      name: `E:D${first + offset}`,
      kind: 'float',
      units: '',
      status: 0,
      seconds: time.seconds,
      milliseconds: 0,
      values: [first + offset === 0 ? 0 : 1.3 * bell()],
    })),
    problems: [],
  };
}

function bell(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let value = Math.imul(at ^ (at >>> 15), 1 | at);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
