import { expect, test } from 'vitest';
import { auditor } from '../../../actors/auditor/actor.ts';
import { AuditorConfig } from '../../../actors/auditor/config.ts';
import { spillPacker } from '../../../actors/spill-packer/actor.ts';
import { SpillPackerConfig } from '../../../actors/spill-packer/config.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { type Account, account } from '../../../protocol/messages/account.ts';
import { type Discrepancy, discrepancy } from '../../../protocol/messages/discrepancy.ts';
import type { ActorDefinition } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, openTestNats, publishReadings, readingsOf } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

const QUICK = {
  beam: { period: '1s', quiet: '300ms', grace: '300ms', stages: ['made'] },
  every: '50ms',
};

async function running<Config>(url: string, actor: ActorDefinition<Config>, config: Config) {
  const nats = await openTestNats(url);
  const stop = new AbortController();
  const ended = runActor(actor, config, hostOptions(nats, stop.signal));
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
      await nats.connection.close();
    },
  };
}

/** Everything in AUDIT, as it stands there. */
const audit = async (nats: Nats) =>
  (await allMessages(nats, 'AUDIT')).map(message => ({
    type: message.header.get('Spillway-Type'),
    text: new TextDecoder().decode(message.data),
  }));

async function told(nats: Nats) {
  const all = await audit(nats);
  const of = (type: string) =>
    all.filter(one => one.type === type).map(({ text }) => JSON.parse(text) as unknown);
  return { accounts: of(account.type) as Account[], discrepancies: of(discrepancy.type) as Discrepancy[] };
}

/** A packer that loses what it is told to. */
const losing = (lost: number): typeof spillPacker => ({
  ...spillPacker,
  start: async (config, context) => {
    const actor = await spillPacker.start(config, context);
    const [lane] = actor.lanes;
    if (lane?.kind !== 'fold') throw new TypeError('the packer folds');
    return {
      ...actor,
      lanes: [
        {
          ...lane,
          step: (state, message) => {
            if (message.sequence === lost) return { state, outputs: [], reason: 'lost' };
            if (message.sequence === lost + 1) throw new SpillwayError('BLOCK_UNENCODABLE', 'refused');
            return lane.step(state, message);
          },
        },
      ],
    };
  },
});

test('a spill that is lost between stages is told as open, one with a dead letter as explained; late data as another version; and a replay tells the same', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const config = AuditorConfig.parse(QUICK);
  await using _packer = await running(server.url, losing(2), SpillPackerConfig.parse({ simulated: true }));
  {
    await using _auditor = await running(server.url, auditor, config);
    for (const n of [1, 2, 3, 4])
      await publishReadings(nats, readingsOf(n, { time: { seconds: 1_700_000_000, nanoseconds: n * 1000 } }));
    await until(async () => (await told(nats)).discrepancies.length > 0, { what: 'what is missing' });
  }
  const { accounts, discrepancies } = await told(nats);
  expect(accounts.at(-1)).toMatchObject({
    complete: false,
    counts: { received: 4, made: 2, refused: { BLOCK_UNENCODABLE: 1 } },
  });
  expect(discrepancies.at(-1)).toMatchObject({
    stage: 'made',
    state: 'open',
    count: 2,
    where: 'BEAM 2-3',
    causes: [
      { code: 'BLOCK_UNENCODABLE', count: 1 },
      { code: 'unknown', count: 1 },
    ],
  });
  // Late for a period that was told, by an auditor that has been stopped meanwhile.
  await publishReadings(nats, readingsOf(5, { time: { seconds: 1_700_000_000, nanoseconds: 5000 } }));
  const { version } = accounts.at(-1) as Account;
  {
    await using _auditor = await running(server.url, auditor, config);
    await until(async () => ((await told(nats)).accounts.at(-1)?.version ?? 0) > version, {
      what: 'another version',
    });
  }
  expect((await told(nats)).accounts.at(-1)).toMatchObject({
    version: version + 1,
    counts: { received: 5, made: 3, late: 1 },
  });
  // An auditor that has lost its own state, and what it told, tells the same from the streams alone.
  const before = await audit(nats);
  await nats.jsm.streams.delete(serverName(nats.experiment, 'AUDIT'));
  const state = await nats.state.keys('auditor.>');
  for await (const key of state) await nats.state.delete(key);
  await using _auditor = await running(server.url, auditor, config);
  await until(async () => (await audit(nats)).length >= before.length, { what: 'the same again' });
  expect(await audit(nats)).toEqual(before);
});
