import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { alarm } from '../../../test/actors/gateway/harness.ts';
import { natsServer } from '../../../test/helpers/nats.ts';
import { openTestNats } from '../../../test/helpers/streams.ts';
import type { Comparison, Contender, Round, Setting } from '../../harness/comparison.ts';
import { usageOf } from '../../harness/usage.ts';
import { addLookers, LiveServer, Looker } from '../../live-viewers-client.ts';
import type { Kind } from '../../live-viewers-server.ts';

const VIEWERS = 500;
/** Changes come at a pace, as alarms do: a server that gathers them must not look cheaper for it. */
const EVERY_MS = 20;

/** What the gateway adds to the least that tells 500 viewers of each change of an alarm. */
export const liveViewers: Comparison = {
  name: 'live-viewers',
  title: `changes of alarms to ${VIEWERS} viewers of one gateway`,
  unit: 'messages per second of processor time',
  better: 'more',
  quick: false,
  goals: [{ against: 'bare ws', times: 0.7 }],
  rounds: 5,
  async contenders(setting) {
    return [await serving('spillway', 'gateway', setting), await serving('bare ws', 'bare', setting)];
  },
};

async function serving(name: string, kind: Kind, { quick }: Setting): Promise<Contender> {
  await using opening = new AsyncDisposableStack();
  const nats = opening.use(await natsServer({ syncInterval: 1_000 }));
  const client = opening.use(await openTestNats(nats.url));
  const server = opening.use(new LiveServer(kind, nats.url));
  const { url } = await server.ask('url');
  let told = 0;
  const tell = () => change(client, ++told);
  await caughtUp(url, tell);
  const lookers: Looker[] = [];
  opening.defer(() => {
    for (const { socket } of lookers) socket.terminate();
  });
  await addLookers(lookers, url, VIEWERS);
  const all = (heard: number) => lookers.every(({ at }) => at.length >= heard);
  // Those who have come get what there is now; from the next change on they all hear the same.
  await settled(lookers);
  const owned = opening.move();
  const changes = quick ? 50 : 250;
  const tellAll = async (count: number) => {
    for (const looker of lookers) looker.at.length = 0;
    for (let n = 0; n < count; n++) {
      await tell();
      await pause(EVERY_MS);
    }
    while (!all(count)) await pause(5);
  };
  return {
    name,
    async answer() {
      await tellAll(1);
      const heard = new Set(lookers.map(({ last }) => transitionIn(last)));
      return `${lookers.length} viewers heard of one change ${[...heard].join(', ') === String(told)}`;
    },
    async round(): Promise<Round> {
      const before = await server.ask('memory');
      await tellAll(changes);
      const after = await server.ask('memory');
      const cpuSeconds = (after.cpuMs - before.cpuMs) / 1000;
      const peakBytes = server.pid === undefined ? undefined : usageOf(server.pid)?.peakBytes;
      return {
        figure: (changes * VIEWERS) / cpuSeconds,
        cpuSeconds,
        ...(peakBytes !== undefined && { peakBytes }),
      };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const change = (nats: Nats, transition: number) =>
  publish(nats, { type: alarmChange, body: alarm('beam/horn/current', { transition }) }, [], {
    deadlineMs: 5_000,
  });

const transitionIn = (message: Buffer | undefined): unknown =>
  message && (JSON.parse(message.toString()) as { change: { transition: number } }).change.transition;

/** The first changes may be in what a viewer is given when it comes. */
async function caughtUp(url: string, tell: () => Promise<unknown>): Promise<void> {
  const first = new Looker(url);
  await once(first.socket, 'open');
  while (first.at.length < 20) {
    await tell();
    await pause(20);
  }
  first.socket.close();
}

/** Nothing has come to anybody for a second. */
async function settled(lookers: readonly Looker[]): Promise<void> {
  const heard = () => lookers.reduce((sum, { at }) => sum + at.length, 0);
  for (let before = -1; heard() !== before; ) {
    before = heard();
    await pause(1_000);
  }
}
