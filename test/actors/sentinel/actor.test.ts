import { expect, test } from 'vitest';
import { pedestalMaker } from '../../../actors/pedestal-maker/actor.ts';
import { PedestalMakerConfig } from '../../../actors/pedestal-maker/config.ts';
import { sentinel } from '../../../actors/sentinel/actor.ts';
import { SentinelConfig } from '../../../actors/sentinel/config.ts';
import { readDeadLetter } from '../../../protocol/messages/dead-letter.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import { reconstruction } from '../../../protocol/messages/reconstruction.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { eventBytes } from '../../helpers/camera-events.ts';
import { bodiesOf, takeRun } from '../../helpers/camera-run.ts';
import { fakeContext } from '../../helpers/fake-context.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';
import { brightPicture, darkPicture, smallConfig } from './running.ts';

test('it takes raw events of its equipment, one more than it has threads', async () => {
  const config = SentinelConfig.parse({ equipment: 'Cameras', workers: 3, attempts: 5 });
  await using running = await sentinel.start(config, fakeContext());
  expect(running.lanes).toMatchObject([
    { kind: 'work', stream: 'EVENT', subject: 'test.event.raw.*.cameras.>', concurrency: 4, attempts: 5 },
  ]);
});

test('a map of the light that cannot be used is told by the check, before anything runs', async () => {
  const config = SentinelConfig.parse({ vignetting: '/nowhere/map.txt' });
  await expect(sentinel.check?.(config)).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
});

test('events wait for their pedestal; then each has its result, and what cannot be done is put aside with its reason', async () => {
  await using server = await natsServer({ syncInterval: 1000 });
  const nats = await openTestNats(server.url);
  await using _close = { [Symbol.asyncDispose]: () => nats.connection.close() };
  const eventStore = bodiesOf(nats);
  await takeRun(
    nats,
    [0, 1, 2].map(n => eventBytes([darkPicture(1000 + 10 * n)])),
    'pedestal',
  );
  const picture = brightPicture(1);
  const bodies = [
    eventBytes([picture]),
    eventBytes([picture]).subarray(0, 99),
    eventBytes([]),
    eventBytes([picture], [], 3),
  ];
  const events = await takeRun(nats, bodies, 'data');
  await eventStore.remove([events[3]?.body.name ?? '']);

  const stop = new AbortController();
  let health: Health | undefined;
  const onHealth = (beat: Health) => (health = beat);
  const options = hostOptions(nats, stop.signal, { eventStore, onHealth });
  const reconstructing = runActor(sentinel, smallConfig({ attempts: 1 }), options);
  await until(() => (health?.lanes[0]?.retries ?? 0) > 0, { what: 'an event that waits' });
  expect(await countMessages(nats, 'RECO')).toBe(0);

  const others = hostOptions(nats, stop.signal, { eventStore });
  const making = runActor(pedestalMaker, PedestalMakerConfig.parse({}), others);
  await until(async () => (await countMessages(nats, 'RECO')) + (await countMessages(nats, 'DEAD')) === 4, {
    timeoutMs: 30_000,
    what: 'an end of every event',
  });
  stop.abort();
  await Promise.all([reconstructing, making]);

  const told = (await allMessages(nats, 'RECO')).map(({ data }) => reconstruction.decode(data));
  expect(Object.fromEntries(told.map(({ serial, outcome }) => [serial, outcome]))).toEqual({
    0: 'reconstructed',
    2: 'no-picture',
  });
  const dead = (await allMessages(nats, 'DEAD')).map(({ header }) => readDeadLetter(header).code);
  expect(dead.toSorted()).toEqual(['EVENT_BODY_GONE', 'MIDAS_TRUNCATED']);
});
