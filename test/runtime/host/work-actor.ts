/**
 * An actor that works on numbers of EVENT and tells each once in RECO. As a process of its own:
 * `node work-actor.ts URL INSTANCE POISON`, which dies of the one number, if it is not 0.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { MessageType } from '../../../protocol/message.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import {
  type ActorContext,
  type ActorDefinition,
  type Task,
  type WorkLane,
  work,
} from '../../../runtime/actor.ts';
import { type HostOptions, runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { allMessages, numberIn, openTestNats, publishNumber } from '../../helpers/streams.ts';

export interface Numbered {
  readonly n: number;
}

export const job = numberIn('EVENT', 'job');

export const result: MessageType<Numbered> = {
  ...numberIn('RECO'),
  unique: true,
  subject: (experiment, { n }) => `${experiment}.reco.number.${n}`,
};

export type Work = (task: Task<Numbered>, context: ActorContext) => Promise<void>;

/** What most of the tests do: the number, told. */
export const tell: Work = async ({ message }, context) => {
  await context.publish({ type: result, body: message.body });
};

export const worker = (doWork: Work, lane: Partial<WorkLane<Numbered>> = {}): ActorDefinition<unknown> => ({
  name: 'worker',
  summary: 'works on numbers',
  consumes: ['EVENT'],
  produces: ['RECO'],
  config: z.unknown(),
  start: async (_config, context) => ({
    lanes: [
      work<Numbered>({
        stream: 'EVENT',
        types: [job],
        concurrency: 2,
        vanishedAfterMs: 1_000,
        attempts: 3,
        work: task => doWork(task, context),
        ...lane,
      }),
    ],
    [Symbol.asyncDispose]: async () => {},
  }),
});

/** An instance with a connection of its own, as a process has it. */
export async function startWorker(
  url: string,
  doWork: Work,
  lane: Partial<WorkLane<Numbered>> = {},
  over: Partial<HostOptions> = {},
) {
  const nats = await openTestNats(url);
  const stop = new AbortController();
  let health: Health | undefined;
  const options = hostOptions(nats, stop.signal, { onHealth: body => (health = body), ...over });
  const ended = runActor(worker(doWork, lane), undefined, options);
  return {
    get health() {
      return health;
    },
    async stop() {
      stop.abort();
      await ended;
      await nats.connection.close();
    },
    /** Goes without a word. */
    async vanish() {
      await nats.connection.close();
      stop.abort();
      await ended;
    },
  };
}

/** What has been told, in the order in which it was. */
export const results = async (nats: Nats): Promise<number[]> =>
  (await allMessages(nats, 'RECO')).map(({ data }) => result.decode(data).n);

export const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

export const publishJobs = async (nats: Nats, last: number, first = 1): Promise<void> => {
  for (const n of upTo(last).slice(first - 1)) await publishNumber(nats, 'EVENT', n, 'job');
};

/** Notes who began what, as which attempt. */
export const noting = (tries: string[], name: string, doWork: Work): Work => {
  return async (task, context) => {
    tries.push(`${name} ${task.message.body.n} attempt ${task.attempt}`);
    await doWork(task, context);
  };
};

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

if (import.meta.main) {
  const [url = '', instance = '', poison = '0'] = process.argv.slice(2);
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  await using nats = await openTestNats(url);
  const mortal: Work = async (task, context) => {
    if (task.message.body.n === Number(poison)) process.kill(process.pid, 'SIGKILL');
    await delay(20);
    await tell(task, context);
  };
  await runActor(worker(mortal), undefined, hostOptions(nats, stop.signal, { instance }));
}
