import { expect, test } from 'vitest';
import { type EventGap, eventGap } from '../../../protocol/messages/event-gap.ts';
import { type RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';

const time = { seconds: 1_702_596_797, nanoseconds: 0 };
const event: RawEvent = {
  site: 'lngs',
  detector: 'lime',
  run: 42_901,
  equipment: 'Trigger',
  serial: 17,
  copy: 0,
  eventId: 1,
  triggerMask: 0,
  time,
  runOf: { startedAt: time, pedestal: false, highVoltage: true, exposure: 0.3 },
  body: { name: 'lngs/lime/42901/trigger/17', bytes: 40, digest: `sha256:${'0'.repeat(64)}` },
  source: { name: 'run42901.mid', offset: 0 },
};
const gap: EventGap = {
  site: 'lngs',
  detector: 'lime',
  run: 42_901,
  equipment: 'Trigger',
  kind: 'missing',
  first: 17,
  last: 18,
  reason: 'serial 16 is followed by 19',
  at: time,
};

test.each([
  ['another detector of the same site', { detector: 'mango' }],
  ['another equipment of the same serial and second', { equipment: 'Environment' }],
  ['another run', { run: 42_902 }],
  ['other contents under the same serial', { copy: 1 }],
])('%s makes another event, by subject and by identity', (_, other) => {
  for (const of of [
    (body: RawEvent) => rawEvent.identity(body),
    (body: RawEvent) => rawEvent.subject('x', body),
  ])
    expect(of({ ...event, ...other })).not.toBe(of(event));
});

test.each([
  ['another detector of the same site', { detector: 'mango' }],
  ['a copy where serials are missing too', { kind: 'copy' as const }],
  ['the same serials a second later', { at: { seconds: time.seconds + 1, nanoseconds: 0 } }],
])('%s is another gap, by subject and by identity; told again it is the same', (_, other) => {
  for (const of of [
    (body: EventGap) => eventGap.identity(body),
    (body: EventGap) => eventGap.subject('x', body),
  ]) {
    expect(of({ ...gap, ...other })).not.toBe(of(gap));
    expect(of({ ...gap, reason: 'told again' })).toBe(of(gap));
  }
});
