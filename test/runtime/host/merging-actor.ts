/**
 * A process that folds three streams into one: `node merging-actor.ts URL NAME OUTPUT STATE_BYTES [hasty]`. Every output tells
 * which message it was made of, and a digest of all messages before it: two runs that differ anywhere differ from there
 * on. A message of number n gives n % 3 outputs.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MessageType } from '../../../protocol/message.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import { type ActorDefinition, fold } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { numberIn, openTestNats } from '../../helpers/streams.ts';
import { hasty, slow } from './odd-nats.ts';

const INPUTS = ['BEAM', 'LEDGER', 'COMMAND'] as const;

const Told = z.strictObject({ from: z.string(), index: z.int(), digest: z.string(), storedAt: z.number() });
export type Told = z.infer<typeof Told>;

const told = (stream: StreamName): MessageType<Told> => ({
  ...(numberIn(stream, 'told') as unknown as MessageType<Told>),
  identity: ({ from, index }) => `${from}/${index}`,
});

const State = z.strictObject({ digest: z.string(), filling: z.string() });
type State = z.infer<typeof State>;

/** What the fold makes of a message, as pure as can be. */
export function stepOf(
  digest: string,
  from: string,
  n: number,
): { readonly digest: string; readonly outputs: number } {
  return { digest: createHash('sha256').update(`${digest} ${from}`).digest('hex'), outputs: n % 3 };
}

export const merging = (name: string, output: StreamName, stateBytes = 0): ActorDefinition<unknown> => ({
  name,
  summary: 'folds three streams',
  consumes: INPUTS,
  produces: [output],
  config: z.unknown(),
  start: async () => ({
    lanes: [
      fold<{ readonly n: number }, State>({
        streams: INPUTS,
        types: INPUTS.map(stream => numberIn(stream)),
        output,
        initial: { digest: '', filling: '' },
        state: State,
        step: (state, { body, stream, sequence, storedAt }) => {
          const from = `${stream.split('@')[0]}:${sequence}`;
          const { digest, outputs } = stepOf(state.digest, from, body.n);
          return {
            // Another text every time: parts of two snapshots put together would show.
            state: { digest, filling: (digest[0] ?? '').repeat(stateBytes) },
            outputs: Array.from({ length: outputs }, (_, index) => ({
              type: told(output),
              body: { from, index, digest, storedAt },
            })),
            reason: 'told',
          };
        },
      }),
    ],
    [Symbol.asyncDispose]: async () => {},
  }),
});

if (import.meta.main) {
  const [url = '', name = '', output = '', stateBytes = '0', pace] = process.argv.slice(2);
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  await using nats = await openTestNats(url);
  const options = hostOptions(
    pace === 'hasty' ? slow(hasty(nats), 'LEDGER', () => Math.random() * 60) : nats,
    stop.signal,
    {
      instance: `${name}-${process.pid}`,
    },
  );
  await runActor(merging(name, output as StreamName, Number(stateBytes)), undefined, options);
}
