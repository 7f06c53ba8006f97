import { expect, test } from 'vitest';
import { type MakingOptions, makePedestals } from '../../../actors/pedestal-maker/make-pedestals.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { type Pedestal, pedestal } from '../../../protocol/messages/pedestal.ts';
import { readPedestalMap } from '../../../protocol/pedestal/map.ts';
import { eventBytes, pedestalRunEnd, rawEventOf, storedEvent } from '../../helpers/camera-events.ts';
import { memoryEventStore } from '../../helpers/memory-event-store.ts';

const SIDE = 6;
const pictureOf = (n: number, side = SIDE) => new Uint16Array(side * side).map((_, at) => 100 + n + (at % 7));

const options = (store = memoryEventStore(), over: Partial<MakingOptions> = {}): MakingOptions => ({
  eventStore: store,
  equipment: 'Trigger',
  maxPictures: 200,
  at: { seconds: 1, nanoseconds: 0 },
  signal: new AbortController().signal,
  ...over,
});

const pedestalEvents = async (
  store: ReturnType<typeof memoryEventStore>,
  bodies: readonly Uint8Array[],
): Promise<Awaited<ReturnType<typeof storedEvent>>[]> =>
  Promise.all(bodies.map((bytes, serial) => storedEvent(store, bytes, { run: 4, serial })));

const outcomeOf = (made: readonly Pedestal[]) => made.map(({ outcome }) => outcome);
const refusedFor = (code: string, reason: RegExp) => [
  { kind: 'refused', code, reason: expect.stringMatching(reason) },
];

test('each camera gets a map of its own, exact to the last count, and says what others there are', async () => {
  const store = memoryEventStore();
  const events = await pedestalEvents(
    store,
    [0, 1, 2].map(n => eventBytes([pictureOf(n), pictureOf(2 * n)])),
  );
  const made = await makePedestals(pedestalRunEnd(events), events, options(store));
  expect(made.map(({ camera, cameras, events: count }) => ({ camera, cameras, count }))).toEqual([
    { camera: 0, cameras: [0, 1], count: 3 },
    { camera: 1, cameras: [0, 1], count: 3 },
  ]);
  const maps = ['0', '1'].map(camera => store.bodies.get(`lngs/lime/4/pedestal-${camera}-1`));
  const [first, second] = maps.map(bytes => readPedestalMap(bytes ?? new Uint8Array()));
  expect(first).toMatchObject({ rows: SIDE, columns: SIDE, pictures: 3 });
  expect(first?.sums[0]).toBe(100 + 101 + 102);
  expect(second?.squares[0]).toBe(100 ** 2 + 102 ** 2 + 104 ** 2);
  for (const body of made) expect(pedestal.decode(pedestal.encode(body))).toEqual(body);
});

test('the order in which the stream gives the events changes no bit', async () => {
  const store = memoryEventStore();
  const events = await pedestalEvents(
    store,
    [5, 1, 9, 3].map(n => eventBytes([pictureOf(n)])),
  );
  const run = pedestalRunEnd(events);
  expect(await makePedestals(run, events.toReversed(), options(store))).toEqual(
    await makePedestals(run, events, options(store)),
  );
});

test('a damaged event is left out and told, as is one without a picture; the rest makes the map', async () => {
  const store = memoryEventStore();
  const events = await pedestalEvents(store, [
    eventBytes([pictureOf(0)]),
    eventBytes([pictureOf(1)]).subarray(0, 60),
    eventBytes([]),
    eventBytes([pictureOf(2)]),
  ]);
  const [made] = await makePedestals(pedestalRunEnd(events), events, options(store));
  expect(made).toMatchObject({
    events: 4,
    leftOut: [
      { serial: 1, code: 'MIDAS_TRUNCATED' },
      { serial: 2, code: 'MIDAS_MALFORMED', reason: 'an event without a picture' },
    ],
    outcome: { kind: 'made', pictures: 2 },
  });
});

test('slow control of the same run is no picture, and only the first events by serial are used', async () => {
  const store = memoryEventStore();
  const events = await pedestalEvents(
    store,
    [0, 1, 2, 3].map(n => eventBytes([pictureOf(n)])),
  );
  const slow = rawEventOf(new Uint8Array(), { run: 4, equipment: 'CameraStatus' });
  const all = [...events.toReversed(), slow];
  const [made] = await makePedestals(pedestalRunEnd(all), all, options(store, { maxPictures: 2 }));
  expect(made).toMatchObject({ events: 5, leftOut: [], outcome: { kind: 'made', pictures: 2 } });
  const map = readPedestalMap(store.bodies.get('lngs/lime/4/pedestal-0-1') ?? new Uint8Array());
  expect(map.sums[0]).toBe(100 + 101);
});

test.each([
  [
    'high voltage was on',
    [eventBytes([pictureOf(0)])],
    { highVoltage: true },
    'PEDESTAL_UNUSABLE',
    /high voltage/,
  ],
  ['there is one picture', [eventBytes([pictureOf(0)])], {}, 'PEDESTAL_UNUSABLE', /1 picture, an RMS/],
  ['there is none', [], {}, 'PEDESTAL_UNUSABLE', /no picture in 0 events/],
  [
    'pictures are of two sizes',
    [eventBytes([pictureOf(0)]), eventBytes([pictureOf(0, 8)]), eventBytes([pictureOf(0)])],
    {},
    'PICTURE_MALFORMED',
    /6 x 6 and of 8 x 8/,
  ],
  [
    'events have left the stream',
    [eventBytes([pictureOf(0)])],
    { rawEvents: 3 },
    'STREAM_HISTORY_LOST',
    /1 of 3 events/,
  ],
] as const)('when %s the run is refused, with the reason', async (_, bodies, over, code, reason) => {
  const store = memoryEventStore();
  const events = await pedestalEvents(store, bodies);
  const made = await makePedestals(pedestalRunEnd(events, over), events, options(store));
  expect(outcomeOf(made)).toEqual(refusedFor(code, reason));
  for (const body of made) expect(pedestal.decode(pedestal.encode(body))).toEqual(body);
});

test('a body that is gone is not simply left out: the map would depend on when it is made', async () => {
  const store = memoryEventStore();
  const events = await pedestalEvents(
    store,
    [0, 1, 2].map(n => eventBytes([pictureOf(n)])),
  );
  await store.remove([events[1]?.body.name ?? '']);
  const made = await makePedestals(pedestalRunEnd(events), events, options(store));
  expect(outcomeOf(made)).toEqual(refusedFor('EVENT_BODY_GONE', /trigger\/1/));
});

test('a store that is away is waited for, not told as a refusal', async () => {
  const away = async () => {
    throw new SpillwayError('EVENT_STORE_AWAY', 'no store');
  };
  const store = memoryEventStore();
  const events = await pedestalEvents(store, [eventBytes([pictureOf(0)]), eventBytes([pictureOf(1)])]);
  const over = { eventStore: { ...store, get: away } };
  await expect(makePedestals(pedestalRunEnd(events), events, options(store, over))).rejects.toThrow(
    'no store',
  );
});
