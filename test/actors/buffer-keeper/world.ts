import * as fc from 'fast-check';
import type { Known, NamedBody, Policy, Reference } from '../../../actors/buffer-keeper/known.ts';
import { runKey } from '../../../actors/buffer-keeper/known.ts';
import { bodyNames, readBodyName } from '../../../protocol/body-names.ts';
import { subjects } from '../../../protocol/subjects.ts';

export const NOW = 1_800_000_000_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const policy = (over: Partial<Policy> = {}): Policy => ({
  consumers: ['sentinel'],
  ignore: ['recorder'],
  ageMs: 10 * DAY,
  maxBytes: null,
  mapsMs: 30 * DAY,
  unreferencedMs: HOUR,
  ...over,
});

export const consumer = (name: string, doneThrough: number, ...wildcards: string[]) => ({
  name,
  doneThrough,
  subjects: wildcards,
  waiting: 0,
});

const RUN = { site: 'lngs', detector: 'lime' };

export const event = (serial: number, run = 1, equipment = 'Trigger') => ({
  ...RUN,
  run,
  equipment,
  serial,
  copy: 0,
});

/** A body, one hour old if nothing else is said. */
export const body = (name: string, over: Partial<NamedBody> = {}): NamedBody => ({
  name,
  bytes: 10,
  storedAt: NOW - HOUR / 2,
  what: readBodyName(name),
  ...over,
});

export const referenceOf = (
  sequence: number,
  of: ReturnType<typeof event>,
  pedestal = false,
): [string, Reference] => [
  bodyNames.event(of),
  { sequence, subject: subjects.rawEvent('test', of), pedestal },
];

export const known = (over: Partial<Known> = {}): Known => ({
  bodies: [],
  references: new Map(),
  consumers: [consumer('sentinel', 0, subjects.rawEventsOf('test', 'Trigger'))],
  failed: new Set(),
  pedestalsMade: new Set(),
  ...over,
});

/** Any number of events, maps and ODBs, of a few runs, at any stage of their life. */
export const anyKnown: fc.Arbitrary<Known> = fc
  .record({
    events: fc.uniqueArray(
      fc.record({
        of: fc.record({
          run: fc.nat(3),
          serial: fc.nat(20),
          equipment: fc.constantFrom('Trigger', 'Other'),
        }),
        bytes: fc.nat(100),
        age: fc.nat(20 * DAY),
        sequence: fc.option(fc.nat(50), { freq: 4 }),
        failed: fc.boolean(),
      }),
      { selector: ({ of }) => `${of.run}/${of.equipment}/${of.serial}`, maxLength: 30 },
    ),
    maps: fc.uniqueArray(fc.record({ run: fc.nat(50), bytes: fc.nat(100), age: fc.nat(60 * DAY) }), {
      selector: ({ run }) => run,
    }),
    odbs: fc.uniqueArray(fc.record({ run: fc.nat(50), bytes: fc.nat(100), age: fc.nat(60 * DAY) }), {
      selector: ({ run }) => run,
    }),
    foreign: fc.boolean(),
    pedestalRuns: fc.subarray([0, 1, 2, 3]),
    made: fc.subarray([0, 1, 2, 3]),
    done: fc.record({ sentinel: fc.option(fc.nat(50)), bridge: fc.option(fc.nat(50)), recorder: fc.nat(50) }),
  })
  .map(({ events, maps, odbs, foreign, pedestalRuns, made, done }) => {
    const named = events.map(({ of, ...rest }) => ({ ...rest, of: { ...RUN, ...of, copy: 0 } }));
    const told = named.flatMap(({ of, sequence }) =>
      sequence === null ? [] : [referenceOf(sequence, of, pedestalRuns.includes(of.run))],
    );
    return {
      bodies: [
        ...named.map(({ of, bytes, age }) => body(bodyNames.event(of), { bytes, storedAt: NOW - age })),
        ...maps.map(({ run, bytes, age }) =>
          body(bodyNames.pedestal({ ...RUN, run, camera: 0, version: 1 }), { bytes, storedAt: NOW - age }),
        ),
        ...odbs.map(({ run, bytes, age }) =>
          body(bodyNames.odb({ ...RUN, run }), { bytes, storedAt: NOW - age }),
        ),
        ...(foreign ? [body('Somebody else', { storedAt: 0 })] : []),
      ],
      references: new Map(told),
      consumers: [
        ...(done.sentinel === null
          ? []
          : [consumer('sentinel', done.sentinel, subjects.rawEventsOf('test', 'Trigger'))]),
        ...(done.bridge === null ? [] : [consumer('bridge', done.bridge)]),
        consumer('recorder', done.recorder),
      ],
      failed: new Set(named.filter(({ failed }) => failed).map(({ of }) => subjects.rawEvent('test', of))),
      pedestalsMade: new Set(made.map(run => runKey({ ...RUN, run }))),
    };
  });
