import type { z } from 'zod';
import type { MessageType } from '../../../protocol/message.ts';
import { AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { AlarmCommand, alarmCommand } from '../../../protocol/messages/alarm-command.ts';
import { AlarmRules, alarmRules } from '../../../protocol/messages/alarm-rules.ts';
import { display } from '../../../protocol/messages/display.ts';
import { Health, health } from '../../../protocol/messages/health.ts';
import { Notification, notification } from '../../../protocol/messages/notification.ts';
import { RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';
import { type Readings, readings } from '../../../protocol/messages/readings.ts';
import { Reconstruction, reconstruction } from '../../../protocol/messages/reconstruction.ts';
import { RunBegin, runBegin } from '../../../protocol/messages/run-transition.ts';
import { Silence, silence } from '../../../protocol/messages/silence.ts';
import { samplesOf } from '../../actors/recorder/samples.ts';
import type { Target } from '../target.ts';
import { mustEqual } from './same.ts';

const WORDS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  'null',
  'true',
  '1e999',
  '-0',
  '1e-400',
  '"__proto__":',
  '9007199254740993',
];

/** A body of another version or by hand: what is taken reads the same when it is written again. */
const body = <Body>(type: MessageType<Body>, seeds: readonly Uint8Array[]): Target => ({
  name: type.type.replace('/', '-'),
  refuses: ['MESSAGE_MALFORMED'],
  words: WORDS,
  seeds: () => seeds,
  take(input) {
    const read = type.decode(input);
    type.identity(read);
    type.subject('fuzz', read);
    type.time(read);
    // As JSON, which knows no difference between 0 and -0.
    mustEqual(type.type, JSON.stringify(read), JSON.stringify(type.decode(type.encode(read))));
  },
});

const json = <Body>(type: MessageType<Body>, schema: z.ZodType<Body>): Target =>
  body(
    type,
    samplesOf(schema).map(sample => Buffer.from(JSON.stringify(sample.body))),
  );

const READINGS: Readings = {
  source: 'acnet',
  mode: 'callback',
  trigger: 'A9',
  inOut: 'in',
  time: { seconds: 1_800_000_000, nanoseconds: 5 },
  devices: [
    {
      name: 'E:TRTGTD',
      kind: 'float',
      units: 'E12',
      status: 0,
      seconds: 1_800_000_000,
      milliseconds: 2,
      values: [25.5, 0],
      nonFinite: [[1, 'NaN']],
    },
  ],
  problems: [{ device: 'E:HADMU', code: 'DEVICE_MISSING', detail: 'no value' }],
};

const CAPTION = {
  site: 'lngs',
  detector: 'lime',
  run: 1,
  equipment: 'Trigger',
  serial: 2,
  copy: 0,
  kind: 'event',
  time: { seconds: 1_800_000_000, nanoseconds: 0 },
  text: 'two clusters',
  width: 10,
  height: 10,
} as const;

export const messages: readonly Target[] = [
  body(readings, [Buffer.from(JSON.stringify(READINGS))]),
  json(rawEvent, RawEvent),
  json(runBegin, RunBegin),
  json(reconstruction, Reconstruction),
  json(alarmChange, AlarmChange),
  json(alarmCommand, AlarmCommand),
  json(alarmRules, AlarmRules),
  json(silence, Silence),
  json(notification, Notification),
  json(health, Health),
  body(display, [display.encode({ ...CAPTION, png: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) })]),
];
