import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rawEvent } from '../../../protocol/messages/raw-event.ts';
import { slowReadings } from '../../../protocol/messages/readings.ts';
import { runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { World } from './jetstream.ts';
import { ended, eventsIn, gapsIn, live } from './life.ts';
import { begin, concat, end, environment, picture, START, temperature } from './runs.ts';

test('a run in a directory becomes bodies, references, slow control and its two ends, in the order of the file', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const bytes = concat(begin(7), temperature(0), picture(0), picture(1), environment(0), end(7));
  await writeFile(join(directory.path, 'run00007.mid'), bytes);
  await using _life = await live(world, { directory: directory.path });
  await ended(world, 7);
  expect(world.log.map(line => line.split(' ')[0])).toEqual([
    'test.run.begin.lime.7',
    'test.slow.readings.camerastatus',
    'test.event.raw.lime.trigger.7.0',
    'test.event.raw.lime.trigger.7.1',
    'test.slow.readings.environment',
    'test.run.end.lime.7',
  ]);
  expect([...world.eventStore.bodies.keys()]).toEqual([
    'lngs/lime/7/odb',
    'lngs/lime/7/trigger/0',
    'lngs/lime/7/trigger/1',
  ]);
  const [first] = world.all(rawEvent);
  const startedAt = { seconds: START, nanoseconds: 0 };
  const runOf = { startedAt, pedestal: false, highVoltage: true, exposure: 0.3 };
  expect(first).toMatchObject({
    site: 'lngs',
    detector: 'lime',
    run: 7,
    equipment: 'Trigger',
    serial: 0,
    copy: 0,
    eventId: 1,
    time: startedAt,
    runOf,
    source: { name: 'run00007.mid', offset: begin(7).length + temperature(0).length },
  });
  expect(world.eventStore.bodies.get('lngs/lime/7/trigger/0')).toEqual(picture(0));
  expect(world.all(runBegin)).toMatchObject([
    {
      ...runOf,
      description: 'S000:DATA:Fe',
      conditions: { GEM1_V: 410 },
      odb: { kind: 'read' },
      source: 'run00007.mid',
    },
  ]);
  expect(world.all(slowReadings)).toMatchObject([
    { source: 'lime', trigger: 'CameraStatus', inOut: 'out' },
    {},
  ]);
  expect(world.all(runEnd)).toMatchObject([
    {
      ...runOf,
      endedAt: { seconds: START + 100 },
      ending: 'end-of-run',
      error: null,
      equipment: {
        Trigger: { events: 2, firstSerial: 0, lastSerial: 1, missing: 0, duplicates: 0 },
        CameraStatus: { events: 1 },
        Environment: { events: 1 },
      },
      rawEvents: 2,
      bytes: bytes.length,
    },
  ]);
  expect(gapsIn(world)).toEqual([]);
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 1']);
});
