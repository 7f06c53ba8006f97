import { expect, test } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import { rawEvent } from '../../../protocol/messages/raw-event.ts';
import { slowReadings } from '../../../protocol/messages/readings.ts';
import { runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import { EventId } from '../../../protocol/midas/midas.ts';
import { until } from '../../helpers/until.ts';
import { World } from './jetstream.ts';
import { ended, eventsIn, gapsIn, type Life, live } from './life.ts';
import { begin, concat, damaged, end, message, odbOf, picture, START, temperature } from './runs.ts';
import { Sender } from './sender.ts';

const { beginOfRun, endOfRun } = EventId;

/** An intake that listens on a port of its own. */
async function listening(world: World, over: Record<string, unknown> = {}, context = world.context()) {
  const life = await live(world, { listen: { port: 0, ...over } }, {}, context);
  return life;
}

const connect = (life: Life): Promise<Sender> => Sender.connect(life.figure('port'));

test('each event of a run is acknowledged, in order, when it is safe', async () => {
  const world = new World();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7), temperature(0), picture(0), message('hello'), picture(1), end(7));
  await sender.answered(6);
  expect(sender.told).toEqual([
    `kept ${beginOfRun}/7`,
    'kept 7/0',
    'kept 1/0',
    `kept ${EventId.message}/0`,
    'kept 1/1',
    `kept ${endOfRun}/7`,
  ]);
  expect(sender.answers.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 1']);
  expect(world.all(slowReadings)).toHaveLength(1);
  const bytes = concat(begin(7), temperature(0), picture(0), message('hello'), picture(1), end(7)).length;
  expect(world.all(runEnd)).toMatchObject([{ run: 7, ending: 'end-of-run', rawEvents: 2, bytes }]);
  expect(world.all(rawEvent)[0]?.source.name).toMatch(/^127\.0\.0\.1:\d+$/);
});

test('what is not safe is not acknowledged: a sender feels a full event store as silence, and loses nothing', async () => {
  const world = new World(begin(7).length + picture(0).length);
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7), picture(0), picture(1), picture(2));
  await until(() => life.figure('waiting') === 1);
  await sender.answered(2);
  await until(() => (life.context.counts.get('tried_again') ?? 0) > 5, { what: 'some tries' });
  expect(sender.told).toEqual([`kept ${beginOfRun}/7`, 'kept 1/0']);
  await world.eventStore.remove(['lngs/lime/7/trigger/0', 'lngs/lime/7/odb']);
  await sender.answered(3);
  await world.eventStore.remove(['lngs/lime/7/trigger/1']);
  await sender.answered(4);
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 1', 'Trigger 2']);
});

test('a sender that lost its answers tells the events again: known, kept once, and no duplicates', async () => {
  const world = new World();
  await using life = await listening(world);
  {
    await using sender = await connect(life);
    sender.send(begin(7), picture(0), picture(1), picture(2).subarray(0, 30));
    await sender.answered(3);
  }
  await until(() => life.figure('senders') === 0);
  await using sender = await connect(life);
  sender.send(begin(7), picture(1), picture(2), picture(2), end(7));
  await sender.answered(5);
  expect(sender.told).toEqual([
    `kept ${beginOfRun}/7`,
    'known 1/1',
    'kept 1/2',
    'known 1/2',
    `kept ${endOfRun}/7`,
  ]);
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 1', 'Trigger 2']);
  expect(gapsIn(world)).toEqual(['Trigger duplicate 2-2']);
  expect(world.all(runEnd)).toMatchObject([
    { rawEvents: 3, equipment: { Trigger: { events: 3, duplicates: 1 } } },
  ]);
});

test('the same over a restart of the intake in mid-run', async () => {
  const world = new World();
  {
    await using life = await listening(world);
    await using sender = await connect(life);
    sender.send(begin(7), picture(0), picture(2));
    await sender.answered(3);
  }
  world.forgetIdentities();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7), picture(2), picture(3), end(7));
  await sender.answered(4);
  expect(sender.told.slice(1)).toEqual(['known 1/2', 'kept 1/3', `kept ${endOfRun}/7`]);
  expect(gapsIn(world)).toEqual(['Trigger missing 1-1']);
  expect(world.all(runBegin)).toHaveLength(1);
  expect(world.all(runEnd)).toMatchObject([
    {
      rawEvents: 3,
      equipment: { Trigger: { events: 3, firstSerial: 0, lastSerial: 3, missing: 1, duplicates: 0 } },
    },
  ]);
});

test('the begin of the next run ends one that has no end', async () => {
  const world = new World();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7), picture(0), begin(8), picture(0), end(8));
  await sender.answered(5);
  expect(world.all(runEnd).map(({ run, ending }) => `${run} ${ending}`)).toEqual([
    '7 interrupted',
    '8 end-of-run',
  ]);
  expect(world.all(rawEvent).map(({ run, serial }) => `${run}/${serial}`)).toEqual(['7/0', '8/0']);
});

test('a run whose sender stays away is ended; when it comes back all the same, its events are kept', async () => {
  const world = new World();
  await using life = await listening(world, { gone: '50ms' });
  {
    await using sender = await connect(life);
    sender.send(begin(7), picture(0));
    await sender.answered(2);
  }
  await ended(world, 7);
  expect(world.all(runEnd)[0]).toMatchObject({
    ending: 'interrupted',
    error: { message: expect.stringContaining('away') },
  });
  await using sender = await connect(life);
  sender.send(begin(7), picture(1));
  await sender.answered(2);
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 1']);
  expect(life.context.counts.get('late_event')).toBe(1);
});

test('a run that an earlier life left open is ended when its sender does not come back', async () => {
  const world = new World();
  {
    await using life = await listening(world);
    await using sender = await connect(life);
    sender.send(begin(7), picture(0), begin(8));
    await sender.answered(3);
  }
  await using _life = await listening(world, { gone: '50ms' });
  await ended(world, 8);
  expect(world.all(runEnd).map(({ run, ending }) => `${run} ${ending}`)).toEqual([
    '7 interrupted',
    '8 interrupted',
  ]);
});

test('damaged events are kept and told as such; rubbish is refused, after everything before it was answered', async () => {
  const world = new World();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7), damaged(0), picture(1), new Uint8Array(64).fill(0xee));
  await until(() => sender.closed, { what: 'the end of the connection' });
  expect(sender.told.slice(1, 3)).toEqual(['damaged 1/0', 'kept 1/1']);
  expect(sender.told.at(-1)).toMatch(/^malformed/);
  expect(eventsIn(world)).toEqual(['Trigger 0', 'Trigger 1']);
  expect(life.context.counts.get('sender_cut_off')).toBe(1);
});

test('what looks like an event in rubbish is refused too', async () => {
  const world = new World();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7), new Uint8Array(64), picture(1));
  await until(() => sender.closed);
  expect(sender.told).toEqual([`kept ${beginOfRun}/7`, 'malformed 0/0']);
  expect(eventsIn(world)).toEqual([]);
});

test('events before the begin of a run are refused: nobody could tell which run they are of', async () => {
  const world = new World();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(picture(0));
  await until(() => sender.closed);
  expect(sender.told).toEqual(['noRun 1/0']);
  expect(world.log).toEqual([]);
});

test('another run under a number that is known is refused', async () => {
  const world = new World();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7), end(7), begin(7, odbOf(), START + 500));
  await until(() => sender.closed);
  expect(sender.told.at(-1)).toBe(`conflict ${beginOfRun}/7`);
});

test('between two runs slow control goes on, and belongs to none', async () => {
  const world = new World();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7), end(7), temperature(9), message('hv off'), begin(8));
  await sender.answered(5);
  expect(sender.told.slice(2, 4)).toEqual(['kept 7/9', `kept ${EventId.message}/0`]);
  expect(world.all(slowReadings)).toHaveLength(1);
});

test('a sender that stops within an event is cut off; one that pauses between events is not', async () => {
  const world = new World();
  await using life = await listening(world, { stall: '60ms' });
  await using sender = await connect(life);
  sender.send(begin(7), picture(0));
  await sender.answered(2);
  const answeredAt = performance.now();
  await until(() => performance.now() - answeredAt > 150, {
    what: 'a pause longer than it may be within an event',
  });
  expect(sender.closed).toBe(false);
  sender.send(picture(1).subarray(0, 20));
  await until(() => sender.closed);
  expect(eventsIn(world)).toEqual(['Trigger 0']);
});

test('a sender that says nothing at all is cut off', async () => {
  const world = new World();
  await using life = await listening(world, { stall: '50ms' });
  await using sender = await connect(life);
  await until(() => sender.closed);
  expect(life.context.counts.get('sender_cut_off')).toBe(1);
});

test('one sender at a time, and only from where it may come', async () => {
  const world = new World();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7));
  await sender.answered(1);
  await using second = await connect(life);
  await until(() => second.closed);
  expect(sender.closed).toBe(false);
  expect(life.context.counts.get('refused{reason=RATE_EXCEEDED}')).toBe(1);
  await using other = await listening(world, { allow: ['10.0.0.0/8'] });
  await using stranger = await connect(other);
  await until(() => stranger.closed);
  expect(other.context.counts.get('refused{reason=HOST_REFUSED}')).toBe(1);
});

test('a sender that ends its side still gets the answers it is owed', async () => {
  const world = new World();
  await using life = await listening(world);
  await using sender = await connect(life);
  sender.send(begin(7), ...Array.from({ length: 50 }, (_, serial) => picture(serial)), end(7));
  sender.socket.end();
  await until(() => sender.closed);
  expect(sender.answers).toHaveLength(52);
});

test('an event store that can never take an event makes the actor start again, and the sender has no answer', async () => {
  const world = new World();
  const context = world.context();
  const { eventStore } = context;
  const put: typeof eventStore.put = async name => {
    throw new SpillwayError('EVENT_BODY_DAMAGED', name);
  };
  Object.assign(context, { eventStore: { ...eventStore, put } });
  await using life = await listening(world, {}, context);
  await using sender = await connect(life);
  sender.send(begin(7));
  await expect(life.actor.failed).rejects.toMatchObject({ code: 'EVENT_BODY_DAMAGED' });
  expect(sender.answers).toEqual([]);
});
