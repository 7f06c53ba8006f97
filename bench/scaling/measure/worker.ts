/**
 * `node worker.ts URL INSTANCE WAIT_MS SLOTS`: an instance of an actor with a work lane, as the sentinel has one, whose work is to
 * wait. Says `ready` when it works, and ends with its input.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { runActor } from '../../../runtime/host/host.ts';
import { hostOptions } from '../../../test/helpers/host-options.ts';
import { openTestNats } from '../../../test/helpers/streams.ts';
import { tell, worker } from '../../../test/runtime/host/work-actor.ts';

const [url = '', instance = '', waitMs = '0', slots = '1'] = process.argv.slice(2);
const stop = new AbortController();
process.stdin.once('end', () => stop.abort()).resume();
await using nats = await openTestNats(url);
let isReady = false;
const actor = worker(
  async (task, context) => {
    await pause(Number(waitMs));
    await tell(task, context);
  },
  { concurrency: Number(slots), vanishedAfterMs: 30_000 },
);
await runActor(
  actor,
  undefined,
  hostOptions(nats, stop.signal, {
    instance,
    onHealth({ state }) {
      if (state !== 'running' || isReady) return;
      isReady = true;
      process.stdout.write('ready\n');
    },
  }),
);
