import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDeadLetter } from '../../../protocol/messages/dead-letter.ts';
import { spillRecord } from '../../../protocol/messages/spill-record.ts';
import { begin } from '../../../runtime/host/crash-guard.ts';
import { natsServer } from '../../helpers/nats.ts';
import {
  allMessages,
  countMessages,
  openTestNats,
  publishReadings,
  readingsOf,
} from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';

const POISON = 23;
const TOTAL = 40;
const survivors = Array.from({ length: TOTAL }, (_, index) => index + 1).filter(value => value !== POISON);

/** Starts the actor again each time it dies, until `done` or too many deaths. */
async function keepAlive(
  url: string,
  kind: string,
  file: string,
  done: () => Promise<boolean>,
): Promise<void> {
  for (let deaths = 0; deaths < 40; deaths++) {
    const script = join(import.meta.dirname, 'mortal-actor.ts');
    const child = spawn(process.execPath, [script, url, kind, String(POISON), file], { stdio: 'inherit' });
    const exit = once(child, 'exit');
    const gone = exit.then(() => true);
    while (!(await done()) && !(await Promise.race([gone, new Promise(resolve => setTimeout(resolve, 50))])));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await exit;
      return;
    }
  }
  throw new Error('still dying');
}

test('a message that kills its actor outright is put aside after a few deaths, and every other one is packed once', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  for (let n = 1; n <= TOTAL; n++) await publishReadings(nats, readingsOf(n));
  await keepAlive(server.url, 'fold', '', async () => (await countMessages(nats, 'SPILL')) === TOTAL - 1);
  const packed = (await allMessages(nats, 'SPILL')).map(({ data }) => spillRecord.decode(data).spillCount);
  expect(packed).toEqual(survivors);
  const [dead, ...more] = await allMessages(nats, 'DEAD');
  expect(more).toEqual([]);
  expect(dead && readDeadLetter(dead.header)).toMatchObject({ code: 'ACTOR_CRASHED', sequence: POISON });
});

test('the same holds for an actor that acts on batches', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'had');
  for (let n = 1; n <= TOTAL; n++) await publishReadings(nats, readingsOf(n));
  const had = async () =>
    (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
  await keepAlive(server.url, 'batch', file, async () => (await had()).includes(TOTAL));
  expect(new Set(await had())).toEqual(new Set(survivors));
  await until(async () => (await countMessages(nats, 'DEAD')) === 1, { what: 'one dead letter' });
});

test('deaths at another place count from the beginning', () => {
  const last = { reached: 'BEAM@1:7', deaths: 9, suspect: 'BEAM@1:8', tries: 2 };
  const anew = { deaths: 0, suspect: '', tries: 0 };
  expect(begin(last, 'BEAM@1:7')).toEqual({ ...last, deaths: 10 });
  expect(begin(last, 'BEAM@1:8')).toEqual({ ...anew, reached: 'BEAM@1:8' });
  expect(begin(undefined, 'BEAM@1:7')).toEqual({ ...anew, reached: 'BEAM@1:7' });
});
