import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headers } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { spillPacker } from '../../../actors/spill-packer/actor.ts';
import { SpillPackerConfig } from '../../../actors/spill-packer/config.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { HEADERS } from '../../../protocol/message.ts';
import { type SpillRecord, spillRecord } from '../../../protocol/messages/spill-record.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { type ActorDefinition, batch } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { type Outcome, spillway } from '../../helpers/spillway.ts';
import {
  allMessages,
  countMessages,
  openTestNats,
  publishReadings,
  readingsOf,
} from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';

interface System extends AsyncDisposable {
  readonly nats: Nats;
  /** `spillway dead ...`, with a configuration of this system. */
  readonly dead: (...args: string[]) => Promise<Outcome>;
  /** Runs an actor on a connection of its own; it ends with the scope, or before. */
  run<Config>(definition: ActorDefinition<Config>, config: Config): Promise<AsyncDisposable>;
}

/** A nats-server and a configuration that names it: no `spillway up` is needed. */
async function system(): Promise<System> {
  await using owned = new AsyncDisposableStack();
  const server = owned.use(await natsServer());
  const nats = owned.use(await openTestNats(server.url));
  const directory = owned.use(await temporaryDirectory());
  const config = join(directory.path, 'test.yaml');
  await writeFile(
    config,
    `experiment: test\nnats: { servers: ["${server.url}"] }\nstore: { url: "http://127.0.0.1:9" }\nactors: {}\n`,
  );
  const kept = owned.move();
  return {
    nats,
    dead: (...args) => spillway(['dead', ...args, '--config', config]),
    async run(definition, section) {
      const own = await openTestNats(server.url);
      const stop = new AbortController();
      const ended = runActor(definition, section, hostOptions(own, stop.signal));
      const actor = new AsyncDisposableStack();
      actor.defer(async () => {
        stop.abort();
        await ended;
        await own.connection.close();
      });
      return kept.use(actor);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const packerConfig = SpillPackerConfig.parse({});

/** An actor that takes records, and refuses those of the given spill counts for good. */
function taker(name: string, refuses: Set<number> = new Set()) {
  const taken: number[] = [];
  const definition: ActorDefinition<unknown> = {
    name,
    summary: name,
    consumes: ['SPILL'],
    produces: [],
    config: z.unknown(),
    start: async () => ({
      lanes: [
        batch<SpillRecord>({
          stream: 'SPILL',
          types: [spillRecord],
          maxMessages: 16,
          maxWaitMs: 5,
          deliver: async ({ messages }) => {
            const counts = messages.map(({ body }) => body.spillCount);
            if (counts.some(count => refuses.has(count)))
              throw new SpillwayError('STORE_REFUSED', 'no such spill');
            taken.push(...counts);
          },
        }),
      ],
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  return { definition, taken };
}

const deadCount = (nats: Nats) => countMessages(nats, 'DEAD');

test('a dead letter is listed, shown and replayed: only the actor that failed on it gets it again', async () => {
  await using all = await system();
  const { nats, dead } = all;
  const refuses = new Set([2]);
  const feed = taker('feed');
  const recorder = taker('recorder', refuses);
  const packer = await all.run(spillPacker, packerConfig);
  await all.run(feed.definition, undefined);
  await all.run(recorder.definition, undefined);
  for (let n = 1; n <= 3; n++) await publishReadings(nats, readingsOf(n));
  await until(async () => (await deadCount(nats)) === 1 && recorder.taken.includes(3), {
    what: 'dead letter',
  });

  const listed = await dead('list');
  expect(listed).toMatchObject({ code: 1, stderr: '' });
  expect(listed.stdout).toMatch(
    /^1 {2}\d{4}-\S+Z {2}recorder {2}STORE_REFUSED {2}SPILL@\d+:2 {2}no such spill\n$/,
  );
  const { stdout: json } = await dead('list', '--json');
  expect(JSON.parse(json)).toMatchObject({
    number: 1,
    actor: 'recorder',
    code: 'STORE_REFUSED',
    sequence: 2,
  });
  const shown = await dead('show', '1');
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toContain('reason: no such spill\n');
  expect(shown.stdout).toMatch(/\n\n\d+ bytes: 06000000/);
  expect(await dead('replay', '1', '7')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'there is no dead letter 7\n',
  });

  refuses.clear();
  expect(await dead('replay', '1')).toEqual({ code: 0, stdout: '1: replayed\n', stderr: '' });
  expect(await dead('list')).toEqual({ code: 0, stdout: '', stderr: '' });
  await until(() => recorder.taken.length === 3, { what: 'the replayed record' });

  // The packer finds a message in its stream that is not its own: while it runs, and when it starts anew.
  await publishReadings(nats, readingsOf(4));
  await until(() => feed.taken.includes(4), { what: 'the packer going on', timeoutMs: 20_000 });
  refuses.add(5);
  await publishReadings(nats, readingsOf(5));
  await until(async () => (await deadCount(nats)) === 1, { what: 'the second dead letter' });
  await packer[Symbol.asyncDispose]();
  refuses.clear();
  expect((await dead('replay', '--all')).code).toBe(0);
  await all.run(spillPacker, packerConfig);
  await publishReadings(nats, readingsOf(6));
  await until(() => feed.taken.includes(6) && recorder.taken.includes(6), { what: 'a packer started anew' });
  expect(feed.taken).toEqual([1, 2, 3, 4, 5, 6]);
  expect(recorder.taken).toEqual([1, 3, 2, 4, 5, 6]);
});

test('a replayed message that fails again comes back under a new number, for the same actor', async () => {
  await using all = await system();
  const { nats, dead } = all;
  const recorder = taker('recorder', new Set([1]));
  await all.run(spillPacker, packerConfig);
  await all.run(recorder.definition, undefined);
  await publishReadings(nats, readingsOf(1));
  await until(async () => (await deadCount(nats)) === 1, { what: 'the dead letter' });
  expect((await dead('replay', '1')).code).toBe(0);
  await until(async () => (await allMessages(nats, 'DEAD'))[0]?.seq === 2, { what: 'it comes back' });
  expect((await dead('list')).stdout).toMatch(/^2 .* recorder .*SPILL@\d+:2 /);
});

test('a body shown cannot steer the terminal, and what is forgotten is gone', async () => {
  await using all = await system();
  const { nats, dead } = all;
  const header = headers();
  header.set(HEADERS.type, 'readings/1');
  await nats.js.publish(subjects.readings('test', 'A9'), '\u001b[2Jgone\u202e"\u009b', { headers: header });
  await all.run(spillPacker, packerConfig);
  await until(async () => (await deadCount(nats)) === 1, { what: 'the dead letter' });
  const { stdout } = await dead('show', '1');
  expect(stdout).toContain('\n\n\\u001b[2Jgone\\u202e"\\u009b\n');
  expect(stdout).toContain('code: MESSAGE_MALFORMED');
  expect(await dead('forget', '3')).toMatchObject({ code: 1, stderr: 'there is no dead letter 3\n' });
  expect(await dead('forget', '--all')).toEqual({ code: 0, stdout: '1: forgotten\n', stderr: '' });
  expect(await dead('list')).toEqual({ code: 0, stdout: '', stderr: '' });
});
