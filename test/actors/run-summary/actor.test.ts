import { expect, test } from 'vitest';
import { runSummaryActor } from '../../../actors/run-summary/actor.ts';
import { RunSummaryConfig } from '../../../actors/run-summary/config.ts';
import type { MessageType } from '../../../protocol/message.ts';
import { reconstruction } from '../../../protocol/messages/reconstruction.ts';
import { type RunSummary, runSummary } from '../../../protocol/messages/run-summary.ts';
import { runBegin, runEnd } from '../../../protocol/messages/run-transition.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { begin, end, picture, result, spot } from './run.ts';

const summaries = async (nats: Nats): Promise<RunSummary[]> =>
  (await allMessages(nats, 'SUMMARY')).map(message => runSummary.decode(message.data));

const say = <Body>(nats: Nats, type: MessageType<Body>, body: Body) =>
  publish(nats, { type, body }, [], { deadlineMs: 5_000 });

async function actorOn(url: string, every: string) {
  const nats = await openTestNats(url);
  const stop = new AbortController();
  const config = RunSummaryConfig.parse({ every });
  const ended = runActor(runSummaryActor, config, hostOptions(nats, stop.signal));
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
      await nats.connection.close();
    },
  };
}

test('a run is summed up as it goes, nothing is counted twice over a restart, and the last result completes it', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  {
    await using _actor = await actorOn(server.url, '50ms');
    await say(nats, runBegin, begin());
    for (const serial of [0, 1, 2])
      await say(nats, reconstruction, result(serial, { pictures: [picture([spot(9_000)])] }));
    // The last of them has nothing after it: the wake brings it.
    await until(async () => (await summaries(nats)).at(-1)?.events === 3, { what: 'three events' });
  }
  await say(nats, reconstruction, result(4));
  await say(nats, runEnd, end(5));
  await using _actor = await actorOn(server.url, '50ms');
  await until(async () => (await summaries(nats)).at(-1)?.endedAt !== null, { what: 'the end' });
  expect((await summaries(nats)).at(-1)).toMatchObject({ events: 4, clusters: 3, complete: false });
  await say(nats, reconstruction, result(3));
  await until(async () => (await summaries(nats)).at(-1)?.complete === true, { what: 'completion' });
  const told = await summaries(nats);
  expect(told.at(-1)).toMatchObject({ events: 5, clusters: 3, meanIntegral: 9_000 });
  expect(told.map(({ version }) => version)).toEqual(told.map((_, index) => index + 1));
});
