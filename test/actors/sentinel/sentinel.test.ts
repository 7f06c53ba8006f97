import { expect, test } from 'vitest';
import { calibrate } from '../../../actors/sentinel/reconstruction/calibration.ts';
import { finishPedestal } from '../../../actors/sentinel/reconstruction/pedestal.ts';
import { reconstruct } from '../../../actors/sentinel/reconstruction/reconstruct.ts';
import { evenGains } from '../../../actors/sentinel/reconstruction/vignetting.ts';
import { workspaceFor } from '../../../actors/sentinel/reconstruction/workspace.ts';
import { reconstruction } from '../../../protocol/messages/reconstruction.ts';
import { readPedestalMap } from '../../../protocol/pedestal/map.ts';
import { VERSION } from '../../../runtime/version.ts';
import { eventBytes, storedEvent } from '../../helpers/camera-events.ts';
import { brightPicture, darkPicture, runningSentinel, SIDE, SMALL, smallConfig } from './running.ts';

test('what the threads find is what the reconstruction finds, to the last bit, with where it comes from', async () => {
  await using running = await runningSentinel();
  const picture = brightPicture(7, 3);
  const event = await storedEvent(running.store, eventBytes([picture]));
  await running.work(event);

  const { profile } = smallConfig();
  const map = readPedestalMap(running.store.bodies.get('lngs/lime/4/pedestal-0-1') ?? new Uint8Array());
  const tables = calibrate(profile, finishPedestal(map, { run: 4, version: 1 }), evenGains(profile));
  const expected = reconstruct(picture, tables, workspaceFor(profile));
  if (expected.kind !== 'picture') throw new Error('a spark');
  expect(expected.clusters.length).toBe(3);
  const { pedestal_run, ...variables } = expected.event;
  const clusters = expected.clusters.map(({ label: _label, ...cluster }) => cluster);
  const [result] = running.results();
  expect(result).toEqual({
    site: 'lngs',
    detector: 'lime',
    run: 5,
    equipment: 'Trigger',
    serial: 0,
    copy: 0,
    time: event.time,
    runOf: event.runOf,
    outcome: 'reconstructed',
    reason: '',
    pictures: [{ camera: 0, kind: 'picture', pedestal_run, pedestal_version: 1, ...variables, clusters }],
    waveforms: [],
    warnings: [],
    provenance: { profile: 'small', code: VERSION, body: event.body.digest },
  });
  expect(running.results().map(body => reconstruction.decode(reconstruction.encode(body)))).toEqual([result]);
});

test('every camera is held against its own pedestal', async () => {
  await using running = await runningSentinel({}, { cameras: 2 });
  await running.work(await storedEvent(running.store, eventBytes([darkPicture(1), brightPicture(2)])));
  expect(running.results()[0]?.pictures).toMatchObject([
    { camera: 0, nSc: 0 },
    { camera: 1, nSc: 1 },
  ]);
});

test('an event of a pedestal run is done with, without a result', async () => {
  await using running = await runningSentinel();
  const runOf = { pedestal: true, highVoltage: false };
  await running.work(await storedEvent(running.store, eventBytes([darkPicture(1)]), { runOf }));
  expect(running.context.published).toEqual([]);
  expect(running.run.reads).toEqual([]);
});

test('an event without a picture has a result that says so', async () => {
  await using running = await runningSentinel();
  await running.work(await storedEvent(running.store, eventBytes([])));
  expect(running.results()).toMatchObject([{ outcome: 'no-picture', pictures: [] }]);
});

test('a spark is told with its light and nothing further', async () => {
  const spark = { spark: { perPixel: 100, offset: 0 } };
  await using running = await runningSentinel({
    profile: { ...SMALL, ...spark, name: 'sparks' },
  });
  await running.work(await storedEvent(running.store, eventBytes([brightPicture(1, 4)])));
  expect(running.results()[0]?.pictures).toMatchObject([
    { kind: 'spark', nSc: 0, cmos_mean: null, clusters: [] },
  ]);
});

test.each([
  ['saturated', new Uint16Array(SIDE * SIDE).fill(65_535), { kind: 'spark', nSc: 0 }],
  ['without any count', new Uint16Array(SIDE * SIDE), { kind: 'picture', nSc: 0, cmos_integral: 0 }],
])('a picture that is %s has a result', async (_, picture, expected) => {
  await using running = await runningSentinel();
  await running.work(await storedEvent(running.store, eventBytes([picture])));
  expect(running.results()[0]?.pictures).toMatchObject([expected]);
});

test('a picture of nothing but noise has a result', async () => {
  await using running = await runningSentinel();
  const noise = new Uint16Array(SIDE * SIDE).map((_, at) => 80 + (Math.imul(at + 1, 2_654_435_761) >>> 26));
  await running.work(await storedEvent(running.store, eventBytes([noise])));
  expect(running.results()).toMatchObject([{ outcome: 'reconstructed', pictures: [{ kind: 'picture' }] }]);
});

test.each([
  ['a picture of another size', eventBytes([darkPicture(1, 32)]), 'PICTURE_MALFORMED'],
  ['a damaged event', eventBytes([darkPicture(1)]).subarray(0, 500), 'MIDAS_TRUNCATED'],
  [
    'digitisers that contradict their header',
    eventBytes([darkPicture(1)], [{ name: 'DIG0', type: 4, values: new Uint16Array(8) }]),
    'MIDAS_MALFORMED',
  ],
])('%s fails for good', async (_, bytes, code) => {
  await using running = await runningSentinel();
  const event = await storedEvent(running.store, bytes);
  await expect(running.work(event)).rejects.toMatchObject({ code, retry: false });
  expect(running.context.published).toEqual([]);
});

test('a body that is gone, and one that is too large, fail for good', async () => {
  await using running = await runningSentinel({ maxEvent: '20KiB' });
  const event = await storedEvent(running.store, eventBytes([darkPicture(1)]));
  await running.store.remove([event.body.name]);
  await expect(running.work(event)).rejects.toMatchObject({ code: 'EVENT_BODY_GONE', retry: false });
  const large = { ...event, body: { ...event.body, bytes: 20_481 } };
  await expect(running.work(large)).rejects.toThrow('an event of 20481 bytes, 20480 are allowed');
});

test('an event passed over to keep up is told so, and its body is not even fetched', async () => {
  await using running = await runningSentinel({ sampling: { above: 10, keepOneIn: 4 } });
  const at = (serial: number) => storedEvent(running.store, eventBytes([brightPicture(1)]), { serial });
  const events = await Promise.all([at(0), at(1), at(8)]);
  await running.store.remove([events[1]?.body.name ?? '']);
  for (const event of events) await running.work(event, { waiting: 11 });
  expect(running.results().map(({ serial, outcome }) => [serial, outcome])).toEqual([
    [0, 'reconstructed'],
    [1, 'sampled-out'],
    [8, 'reconstructed'],
  ]);
  expect(running.results()[1]).toMatchObject({
    reason: '11 events wait, more than 10: of these only serials that 4 divides are reconstructed',
    pictures: [],
  });
  expect(running.sentinel.health()).toMatchObject({ sampledOut: 1, waiting: 11 });
});

test('where the time goes is told by step', async () => {
  await using running = await runningSentinel();
  await running.work(await storedEvent(running.store, eventBytes([brightPicture(1)])));
  expect([...running.context.observed.keys()].toSorted()).toEqual(
    [
      'calibration',
      'decode',
      'display',
      'event',
      'fetch',
      'publish',
      'queue',
      'reconstruct',
      'waveforms',
    ].toSorted(),
  );
});

test('a display of each kind is drawn in its thread and published, at most one per interval', async () => {
  let now = 1_000_000;
  await using running = await runningSentinel({ displayInterval: '10s' });
  Object.assign(running.context, { clock: () => now });
  const at = (serial: number) => storedEvent(running.store, eventBytes([brightPicture(serial)]), { serial });
  for (const serial of [0, 1]) await running.work(await at(serial));
  now += 10_000;
  await running.work(await at(2));
  expect(running.displays().map(({ kind, serial }) => `${kind} ${serial}`)).toEqual(['event 0', 'event 2']);
  const [shown] = running.displays();
  expect(shown?.png.subarray(1, 4)).toEqual(new Uint8Array(Buffer.from('PNG')));
  expect(shown?.text).toContain('run 5');
  expect(running.context.counts.get('displays_failed')).toBeUndefined();
});

test('a display that cannot be stored costs the event nothing', async () => {
  await using running = await runningSentinel({ displayInterval: '10s' });
  const { onPublish } = running.context;
  running.context.onPublish = async message => {
    if (message.type.type === 'display/1') throw new Error('too large');
    return onPublish(message);
  };
  await running.work(await storedEvent(running.store, eventBytes([brightPicture(1)])));
  expect(running.results()).toHaveLength(1);
  expect(running.context.counts.get('displays_failed{kind=event}')).toBe(1);
});
