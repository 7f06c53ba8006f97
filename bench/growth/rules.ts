import { type EngineMessage, step, wakeAt } from '../../actors/alarm-engine/engine/engine.ts';
import { initialState } from '../../actors/alarm-engine/engine/state.ts';
import { alarmRules } from '../../protocol/messages/alarm-rules.ts';
import { type Readings, readings } from '../../protocol/messages/readings.ts';
import { eventTimeFromMs } from '../../protocol/time.ts';
import type { Delivered } from '../../runtime/actor.ts';
import { seeded } from '../sentinel/pictures.ts';
import { microseconds, type Row, told } from './measured.ts';

/** Devices, and rules on each: the design has 60,000 rules. */
const SIZES = [
  [100, 6],
  [1_000, 6],
  [10_000, 6],
  [1_000, 1],
  [1_000, 24],
] as const;
/** As front ends tell them. */
const PER_MESSAGE = 100;
const T0 = 1_795_000_000_000;

/** A reading held against the rules of its device, by all rules there are and by rules a device. */
export function* rules(): Generator<Row> {
  for (const [devices, each] of SIZES) {
    const us = microsecondsAReading(devices, each);
    yield {
      devices: told(devices),
      'rules a device': told(each),
      rules: told(devices * each),
      'us a reading': told(us),
      'us a rule': told(us / each),
    };
  }
}

function microsecondsAReading(devices: number, each: number): number {
  let sequence = 0;
  let now = T0;
  let state = initialState;
  const tell = (type: string, body: EngineMessage): void => {
    const message: Delivered<EngineMessage> = {
      type,
      body,
      identity: '',
      stream: 'BEAM@1',
      sequence: ++sequence,
      storedAt: now,
      subject: '',
      hops: [],
    };
    state = step(state, message).state;
    wakeAt(state);
  };
  const files = [{ path: 'alarms/growth.yaml', text: rulesOf(devices, each) }];
  tell(alarmRules.type, { files, by: 'bench', at: eventTimeFromMs(now) });
  const messages = devices / PER_MESSAGE;
  const random = seeded(1);
  const took = microseconds(() => {
    now += 10;
    tell(readings.type, readingsAt(now, (sequence % messages) * PER_MESSAGE, random));
  });
  return took / PER_MESSAGE;
}

/** The first rule of a device now and then comes and goes; the others are out of reach, and evaluated all the same. */
const rulesOf = (devices: number, each: number): string =>
  `alarms:${Array.from(
    { length: each },
    (_, n) => `
  d{n}/r${n}:
    each: { n: "0..${devices - 1}" }
    title: "Device {n} beyond limit ${n}"
    value: "E:D{n}"
    limits: { hihi: ${n === 0 ? 0.999 : n + 1} }
    stale: never`,
  ).join('')}\n`;

function readingsAt(ms: number, first: number, random: () => number): Readings {
  const time = eventTimeFromMs(ms);
  return {
    source: 'bench',
    mode: 'callback',
    trigger: `T${first}`,
    inOut: 'in',
    time,
    devices: Array.from({ length: PER_MESSAGE }, (_, n) => ({
      name: `E:D${first + n}`,
      kind: 'float',
      units: '',
      status: 0,
      seconds: time.seconds,
      milliseconds: 0,
      values: [random()],
    })),
    problems: [],
  };
}
