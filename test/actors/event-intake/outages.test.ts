import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import { rawEvent } from '../../../protocol/messages/raw-event.ts';
import { runEnd } from '../../../protocol/messages/run-transition.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { World } from './jetstream.ts';
import { ended, eventsIn, live } from './life.ts';
import { begin, concat, end, picture } from './runs.ts';

const pictures = Array.from({ length: 20 }, (_, serial) => picture(serial));
const size = picture(0).length;

test('with the event store full the file waits; it goes on by itself when there is room, and nothing is lost', async () => {
  await using directory = await temporaryDirectory();
  const world = new World(begin(7).length + 5 * size);
  await writeFile(join(directory.path, 'run00007.mid'), concat(begin(7), ...pictures, end(7)));
  await using life = await live(world, { directory: directory.path }, { inFlight: { events: 2 } });
  await until(() => life.figure('waiting') === 1, { what: 'word that it waits' });
  await until(() => (life.context.counts.get('tried_again{code=EVENT_STORE_FULL}') ?? 0) > 2);
  expect(eventsIn(world).length).toBeLessThanOrEqual(5);
  expect(world.all(runEnd)).toEqual([]);
  // What buffer-keeper does.
  await until(async () => {
    await world.eventStore.remove(world.all(rawEvent).map(({ body }) => body.name));
    return world.all(runEnd).length > 0;
  });
  expect(world.all(rawEvent).map(({ serial }) => serial)).toEqual(pictures.map((_, serial) => serial));
  expect(life.figure('waiting')).toBe(0);
});

test.each(['EVENT_STORE_AWAY', 'PUBLISH_FAILED'] as const)(
  'while everything answers %s nothing is read ahead without end; afterwards all is there, in order',
  async code => {
    await using directory = await temporaryDirectory();
    const world = new World();
    const context = world.context();
    let away = false;
    const fail = async <T>(effect: () => Promise<T>): Promise<T> => {
      if (away) throw new SpillwayError(code, 'gone fishing');
      return effect();
    };
    const { eventStore, onPublish } = context;
    const put: typeof eventStore.put = (...given) => fail(() => eventStore.put(...given));
    if (code === 'EVENT_STORE_AWAY') Object.assign(context, { eventStore: { ...eventStore, put } });
    else context.onPublish = message => fail(() => onPublish(message));
    const path = join(directory.path, 'run00007.mid');
    await writeFile(path, concat(begin(7), picture(0)));
    await using life = await live(world, { directory: directory.path }, { inFlight: { events: 3 } }, context);
    await until(() => eventsIn(world).length === 1);
    away = true;
    await appendFile(path, concat(...pictures.slice(1), end(7)));
    await until(() => life.figure('waiting') === 1 && life.figure('inFlight') === 3);
    expect(eventsIn(world)).toHaveLength(1);
    away = false;
    await ended(world, 7);
    expect(world.all(rawEvent).map(({ serial }) => serial)).toEqual(pictures.map((_, serial) => serial));
    expect(life.figure('inFlight')).toBe(0);
  },
);

test('bodies are put several at once, and references stay in the order of the file', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const context = world.context();
  const { eventStore } = context;
  const waiting: (() => void)[] = [];
  let most = 0;
  const put: typeof eventStore.put = async (...given) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    most = Math.max(most, waiting.length);
    await promise;
    return eventStore.put(...given);
  };
  Object.assign(context, { eventStore: { ...eventStore, put } });
  await writeFile(join(directory.path, 'run00007.mid'), concat(begin(7), ...pictures, end(7)));
  await using _life = await live(world, { directory: directory.path }, { inFlight: { events: 4 } }, context);
  // The last one first, as an unfair store might.
  await until(() => {
    if (waiting.length > 3 || world.all(rawEvent).length > 15) waiting.pop()?.();
    else waiting.shift()?.();
    return world.all(runEnd).length > 0;
  });
  expect(most).toBe(4);
  expect(world.all(rawEvent).map(({ serial }) => serial)).toEqual(pictures.map((_, serial) => serial));
});

test('a body whose name is taken by other bytes gets the next free name: a leftover must not stop a run', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  await world.eventStore.put('lngs/lime/7/trigger/0', new Uint8Array(3));
  await writeFile(join(directory.path, 'run00007.mid'), concat(begin(7), picture(0), end(7)));
  await using life = await live(world, { directory: directory.path });
  await ended(world, 7);
  const [event] = world.all(rawEvent);
  expect(event).toMatchObject({ copy: 0, body: { name: 'lngs/lime/7/trigger/0~1' } });
  expect(event && (await world.eventStore.get(event.body))).toEqual(picture(0));
  expect(life.context.counts.get('body_renamed')).toBe(1);
});

test('what can never be stored makes the actor start again, and is not passed over', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const context = world.context();
  const { onPublish } = context;
  context.onPublish = async message => {
    if (message.type === (rawEvent as unknown)) throw new SpillwayError('MESSAGE_TOO_LARGE', 'too much');
    return onPublish(message);
  };
  await writeFile(join(directory.path, 'run00007.mid'), concat(begin(7), picture(0), end(7)));
  await using life = await live(world, { directory: directory.path }, {}, context);
  await expect(life.actor.failed).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
  expect(world.all(runEnd)).toEqual([]);
});
