import { describe, expect, test } from 'vitest';
import type { Readings } from '../../protocol/messages/readings.ts';
import { byText, figures, from100, idsOf, lane, names, type Played, play, secondOf } from './played.ts';

interface Case extends Played {
  readonly name: string;
  readonly fires: readonly string[];
}

const ACTORS = ['event-intake', 'pedestal-maker', 'sentinel', 'run-summary', 'buffer-keeper'] as const;
const READING_EVENTS = ['pedestal-maker', 'sentinel', 'run-summary'] as const;

/** From the hundredth second on a device of slow control has other values. */
const slowFrom100 =
  (name: string, change: (values: number[]) => number[]): NonNullable<Played['slow']> =>
  (body, at): Readings =>
    secondOf(at) < 100
      ? body
      : {
          ...body,
          devices: body.devices.map(device =>
            device.name === name ? { ...device, values: change([...device.values]) } : device,
          ),
        };

const ELECTRODES = ['gem1', 'gem2', 'gem3', 'transfer1', 'transfer2', 'drift'] as const;

const CASES: readonly Case[] = [
  {
    name: 'actors end without a word',
    beat: from100(ACTORS, () => null),
    fires: ACTORS.map(actor => `camera/actors/${actor}/gone MAJOR`),
  },
  {
    name: 'actors fail again and again',
    beat: from100(ACTORS, healthy => ({ ...healthy, state: 'failing' })),
    fires: ACTORS.map(actor => `camera/actors/${actor}/failing MAJOR`),
  },
  {
    name: 'readers of events fall behind',
    beat: from100(READING_EVENTS, healthy => lane(healthy, { lag: 400 })),
    fires: READING_EVENTS.map(actor => `camera/actors/${actor}/lag MINOR`),
  },
  {
    name: 'readers of events put one aside',
    beat: from100(READING_EVENTS, healthy => lane(healthy, { dead: 1 })),
    fires: READING_EVENTS.map(actor => `camera/actors/${actor}/dead-letters MINOR`),
  },
  {
    name: 'the event store takes nothing more, which is why files wait',
    seconds: 500,
    beat: from100('event-intake', (healthy, second) =>
      figures(healthy, { waiting: 1, lagBytes: second * 1e8 }),
    ),
    fires: ['camera/intake/waiting MAJOR'],
  },
  {
    name: 'the camera is faster than the intake',
    seconds: 500,
    beat: from100('event-intake', healthy => figures(healthy, { lagBytes: 9e9 })),
    fires: ['camera/intake/behind MINOR'],
  },
  {
    name: 'a run number comes twice',
    beat: from100('event-intake', healthy => figures(healthy, { conflicts: 1 })),
    fires: ['camera/intake/conflict MAJOR'],
  },
  {
    name: 'events leave the event store unread',
    beat: from100('buffer-keeper', healthy => figures(healthy, { removedUnread: 3 })),
    fires: ['camera/buffer/unread MAJOR'],
  },
  {
    name: 'the gas system raises its alarms',
    slow: slowFrom100('L:GASSYSTEM_MSRD', values => values.fill(1, 298, 306)),
    fires: [1, 2, 3, 4, 5, 6, 7].map(number => `camera/gas/alarm-${number} MAJOR`),
  },
  {
    name: 'an electrode trips',
    seconds: 400,
    slow: slowFrom100('L:HV_MSRD', values => values.fill(30, 3, 4)),
    fires: ['camera/high-voltage/gem2 MAJOR'],
  },
  {
    name: 'every electrode trips',
    seconds: 400,
    slow: slowFrom100('L:HV_MSRD', values => values.fill(30, 1, 7)),
    fires: ELECTRODES.map(name => `camera/high-voltage/${name} MAJOR`),
  },
  {
    name: 'the cooling of the camera fails',
    slow: slowFrom100('L:CAMERA_TEMPERATURE', values => values.fill(-12)),
    fires: ['camera/sensor/temperature MINOR'],
  },
];

describe('what can go wrong with a camera, each told by its cause alone', () => {
  for (const { name, fires, ...played } of CASES)
    test(`when ${name}`, () => {
      expect(names(play(played))).toEqual(fires.toSorted(byText));
    });
});

test('a data acquisition that stops, and tells no more slow control, is no alarm', () => {
  const ended = play({
    seconds: 900,
    slow: (body, at) => (secondOf(at) < 100 ? body : { ...body, devices: [] }),
  });
  expect(ended).toMatchObject({ fired: [], active: [] });
});

test('no alarm is shipped that no test has seen', () => {
  const seen = new Set(CASES.flatMap(({ fires }) => fires.map(one => one.split(' ')[0])));
  expect(idsOf('alarms/camera.yaml').filter(id => !seen.has(id))).toEqual([]);
});
