import { pino } from 'pino';
import { z } from 'zod';
import { RecorderConfig } from '../../../actors/recorder/config.ts';
import { Recording } from '../../../actors/recorder/recording.ts';
import { type ActorDefinition, batch } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { openNats } from '../../../runtime/host/nats.ts';
import { openStore, type StoreOptions } from '../../../runtime/store/connection.ts';
import { hostOptions } from '../../../test/helpers/host-options.ts';
import { type Event, event, mapping } from './event.ts';

/**
 * The recorder's way from a stream to a table, in a process of its own: the runtime's batch lane, rows, and an insert with a token. Arguments:
 * address of NATS, experiment, address of the store. Sent `{ table, messages }`, it says `done` when so many are in that table.
 */

const [server = '', experiment = '', url = ''] = process.argv.slice(2);
const log = pino({ level: 'warn' }, process.stderr);
const nats = await openNats(
  { servers: [server], experiment, name: 'bench', replicas: 1 },
  log,
  new AbortController().signal,
);
const options: StoreOptions = { url, user: 'spillway', database: 'spillway' };
const store = openStore(options);
const { maxMessages, maxBytes, maxWait } = RecorderConfig.parse({});

process.on('message', (order: { table: string; messages: number }) => {
  void record(order.table, order.messages).then(() => process.send?.('done'));
});
process.once('disconnect', () => process.exit());
process.send?.('ready');

async function record(table: string, messages: number): Promise<void> {
  const stop = new AbortController();
  let stored = 0;
  const actor: ActorDefinition<undefined> = {
    // Another one every time: it begins at the first message.
    name: table,
    summary: 'records events',
    consumes: ['BEAM'],
    produces: [],
    config: z.undefined(),
    start: async (_, context) => {
      const recording = new Recording<Event>(store, [mapping(table)], context);
      return {
        lanes: [
          batch<Event>({
            stream: 'BEAM',
            types: [event],
            maxMessages,
            maxBytes,
            maxWaitMs: maxWait,
            async deliver(lot) {
              await recording.deliver(lot);
              stored += lot.messages.length;
              if (stored >= messages) stop.abort();
            },
          }),
        ],
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
  await runActor(
    actor,
    undefined,
    hostOptions(nats, stop.signal, { store: options, log, heartbeatMs: 1_000 }),
  );
}
