import { ledgerEntry } from '../../../protocol/messages/ledger-entry.ts';
import { eventTimeToMs } from '../../../protocol/time.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { rowsOf } from '../../../runtime/store/connection.ts';
import { freePort } from '../../../runtime/up/ports.ts';
import { until } from '../../../test/helpers/until.ts';
import { callbacks } from '../listener/callbacks.ts';
import { type Load, load } from '../listener/load.ts';
import { beamChain, EXPERIMENT, type Scene, scene } from '../scene.ts';

/** Everything between a callback and its bytes in a file and its rows in the store, each actor a process with the settings of production. */
export interface ChainSystem extends AsyncDisposable {
  readonly scene: Scene;
  readonly pids: readonly number[];
  readonly front: Load;
  readonly next: () => Uint8Array;
  /** Callbacks that are stored in JetStream so far. */
  accepted(): Promise<number>;
  /** Resolves when so many callbacks are in the file and all their rows in the store. */
  arrived(callbacks: number): Promise<void>;
  /** When the n-th callback, from 1, was safe in the file, in milliseconds since 1970. */
  filedAt(n: number): Promise<number>;
}

export async function chainSystem(directory: string, signal: AbortSignal): Promise<ChainSystem> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await scene(directory, signal));
  const [listen, daemon] = [await freePort(0), await freePort(0)];
  const actors = await world.run(beamChain(listen, daemon));
  const next = await callbacks();
  const front = stack.use(load(`http://127.0.0.1:${listen}/RPC2`, next));
  const filed = { through: 0, at: new Map<number, number>() };
  const ledger = world.connection.connection.subscribe(`${EXPERIMENT}.ledger.>`, {
    callback: (_error, message) => {
      if (!message.subject.endsWith('.filed')) return;
      const { first, last, at } = ledgerEntry.decode(message.data);
      for (let n = first; n <= last; n++) filed.at.set(n, eventTimeToMs(at));
      filed.through = Math.max(filed.through, last);
    },
  });
  stack.defer(() => ledger.unsubscribe());
  const accepted = async () =>
    (await world.connection.jsm.streams.info(serverName(EXPERIMENT, 'BEAM'))).state.last_seq;
  const stored = async () =>
    (
      await rowsOf<{ n: number }>(
        world.store,
        `SELECT least(maxIf(last, stream LIKE 'BEAM@%'), maxIf(last, stream LIKE 'SPILL@%')) AS n FROM deliveries`,
        'what is stored',
      )
    )[0]?.n ?? 0;
  const wait = (what: string, condition: () => boolean | Promise<boolean>) =>
    until(condition, { what, timeoutMs: 120_000 });
  const parts = stack.move();
  return {
    scene: world,
    pids: [...actors.values(), world.nats.pid, world.engine.pid],
    front,
    next,
    accepted,
    async arrived(callbacks) {
      await wait('the file', () => filed.through >= callbacks);
      await wait('the store', async () => (await stored()) >= callbacks);
    },
    async filedAt(n) {
      await wait('the file', () => filed.at.has(n));
      return filed.at.get(n) ?? Number.NaN;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
