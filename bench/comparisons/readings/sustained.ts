import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { rowsOf, type Store } from '../../../runtime/store/connection.ts';
import type { Contender, Setting } from '../../harness/comparison.ts';
import { whileUsing } from '../../harness/usage.ts';
import { EXPERIMENT, scene } from '../scene.ts';
import { playedSpills, valuesIn } from './spills.ts';

/** Until what is compiled is compiled, and merges have begun. */
const WARM_UP_MS = 10_000;

/** @param forMs length of a round that counts */
export async function recorded({ directory, signal }: Setting, forMs: number): Promise<Contender> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await scene(directory, signal));
  const pids = await world.run({ recorder: {} });
  const feeder = stack.adopt(
    fork(join(import.meta.dirname, 'feeder.ts'), [world.nats.url, EXPERIMENT], { execArgv: [] }),
    ended,
  );
  await once(feeder, 'message', { signal });
  const spills = await playedSpills(50);
  const perMessage = valuesIn(spills) / spills.length;
  const parts = stack.move();
  let warm = false;
  return {
    name: 'spillway',
    async round() {
      feeder.send('start');
      // The first batches are of a recorder that has slept.
      await pause(warm ? 1_000 : WARM_UP_MS, undefined, { signal });
      const before = await delivered(world.store);
      const began = performance.now();
      const { usage } = await whileUsing([...pids.values(), world.engine.pid], () =>
        pause(warm ? forMs : 1_000, undefined, { signal }),
      );
      const after = await delivered(world.store);
      const seconds = (performance.now() - began) / 1000;
      feeder.send('stop');
      warm = true;
      return { figure: ((after - before) * perMessage) / seconds, ...usage };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Messages of BEAM of which every row is in the store. */
async function delivered(store: Store): Promise<number> {
  const query = "SELECT sum(messages) AS n FROM deliveries WHERE stream LIKE 'BEAM@%'";
  return (await rowsOf<{ n: number }>(store, query, 'what is delivered'))[0]?.n ?? 0;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.disconnect();
  await once(child, 'exit');
}
