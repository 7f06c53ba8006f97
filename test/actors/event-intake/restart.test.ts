import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runEnd } from '../../../protocol/messages/run-transition.ts';
import type { FakeContext } from '../../helpers/fake-context.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { World } from './jetstream.ts';
import { ended, eventsIn, live } from './life.ts';
import { begin, concat, damaged, end, environment, message, picture, temperature } from './runs.ts';

/** A run with everything that may be in one. */
const RUN = [
  begin(7),
  temperature(0),
  picture(0),
  picture(1),
  picture(4),
  picture(4),
  message('veto is off'),
  environment(0),
  picture(4, 50),
  temperature(1),
  damaged(5),
  picture(2),
  temperature(2),
  picture(6, 0, 77),
  picture(4, 50),
  end(7),
];

/** A life that dies at one of its effects: it never hears of it, and does nothing more. Whether it took place is anybody's guess. */
function mortal(
  world: World,
  effects: number,
  tookPlace: boolean,
): FakeContext & { readonly died: () => boolean } {
  const context = world.context();
  let left = effects;
  const mayLive = async <T>(effect: () => Promise<T>): Promise<T> => {
    if (--left > 0) return effect();
    if (left === 0 && tookPlace) await effect();
    // The dead hear nothing; what becomes of them when the test lets go of them is of no interest.
    return new Promise<never>((_, reject) =>
      context.signal.addEventListener('abort', () => reject(new Error('dead'))),
    );
  };
  const { onPublish } = context;
  context.onPublish = published => mayLive(() => onPublish(published));
  const { eventStore } = context;
  const put: typeof eventStore.put = (...given) => mayLive(() => eventStore.put(...given));
  return Object.assign(context, { eventStore: { ...eventStore, put }, died: () => left <= 0 });
}

async function undisturbed(file: string, bytes: Uint8Array): Promise<World> {
  await using directory = await temporaryDirectory();
  const world = new World();
  await writeFile(join(directory.path, file), bytes);
  await using _life = await live(world, { directory: directory.path });
  await ended(world, 7);
  return world;
}

test.each(['run00007.mid', 'run00007.mid.gz'])(
  'whoever is killed at any effects while taking %s leaves the streams as one who never was',
  async file => {
    const bytes = file.endsWith('.gz') ? gzipSync(concat(...RUN)) : concat(...RUN);
    const expected = await undisturbed(file, bytes);
    const anyDeath = fc.record({ effects: fc.integer({ min: 1, max: 12 }), tookPlace: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(anyDeath, { minLength: 1, maxLength: 5 }), async deaths => {
        await using directory = await temporaryDirectory();
        const world = new World();
        await writeFile(join(directory.path, file), bytes);
        for (const { effects, tookPlace } of deaths) {
          const context = mortal(world, effects, tookPlace);
          await using _life = await live(
            world,
            { directory: directory.path },
            { inFlight: { events: 3 } },
            context,
          );
          await until(() => context.died() || world.all(runEnd).length > 0);
          // However long it is away: no time window may be needed.
          world.forgetIdentities();
        }
        await using _life = await live(world, { directory: directory.path });
        await ended(world, 7);
        expect(world.log).toEqual(expected.log);
        expect([...world.eventStore.bodies.keys()].toSorted()).toEqual(
          [...expected.eventStore.bodies.keys()].toSorted(),
        );
      }),
      { numRuns: 40 },
    );
  },
);

test('a run that was compressed while the intake was away goes on where it was left', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, 'run00007.mid');
  await writeFile(path, concat(...RUN.slice(0, 5)));
  {
    await using _life = await live(world, { directory: directory.path });
    await until(() => eventsIn(world).length === 3);
  }
  await using other = await temporaryDirectory();
  await writeFile(join(other.path, 'run00007.mid.gz'), gzipSync(concat(...RUN)));
  world.forgetIdentities();
  await using _life = await live(world, { directory: other.path });
  await ended(world, 7);
  const expected = await undisturbed('run00007.mid', concat(...RUN));
  const withoutSource = (log: readonly string[]) => log.map(line => line.replaceAll('.mid.gz', '.mid'));
  expect(withoutSource(world.log)).toEqual(expected.log);
});

test('a restart reads nothing of what is kept: bodies are not even put again', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, 'run00007.mid');
  await writeFile(path, concat(begin(7), picture(0), picture(1), picture(2)));
  {
    await using _life = await live(world, { directory: directory.path });
    await until(() => eventsIn(world).length === 3);
  }
  const context = world.context();
  const put: string[] = [];
  const { eventStore } = context;
  Object.assign(context, {
    eventStore: {
      ...eventStore,
      put: (...given: Parameters<typeof eventStore.put>) => (put.push(given[0]), eventStore.put(...given)),
    },
  });
  await writeFile(path, concat(begin(7), picture(0), picture(1), picture(2), picture(3), end(7)));
  await using life = await live(world, { directory: directory.path }, {}, context);
  await ended(world, 7);
  expect(put).toEqual(['lngs/lime/7/trigger/3']);
  expect(life.figure('events')).toBe(1);
});

test('two intakes of one directory do no harm', async () => {
  const expected = await undisturbed('run00007.mid', concat(...RUN));
  await using directory = await temporaryDirectory();
  const world = new World();
  await writeFile(join(directory.path, 'run00007.mid'), concat(...RUN));
  await using _one = await live(world, { directory: directory.path });
  await using _other = await live(world, { directory: directory.path });
  await ended(world, 7);
  expect(world.log.toSorted()).toEqual(expected.log.toSorted());
});

test('slow control of hours before the last event is not published again, however much it is', async () => {
  await using directory = await temporaryDirectory();
  const world = new World();
  const path = join(directory.path, 'run00007.mid');
  const hours = Array.from({ length: 1_100 }, (_, serial) => temperature(serial));
  await writeFile(path, concat(begin(7), ...hours, picture(0)));
  {
    await using _life = await live(world, { directory: directory.path });
    await until(() => eventsIn(world).length === 1);
  }
  const before = world.log;
  world.forgetIdentities();
  await writeFile(path, concat(begin(7), ...hours, picture(0), end(7)));
  await using _life = await live(world, { directory: directory.path });
  await ended(world, 7);
  expect(world.log.slice(0, -1)).toEqual(before);
});
