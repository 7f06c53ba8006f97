import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Wake, wake } from '../../../protocol/messages/wake.ts';
import { eventTimeFromMs, type Milliseconds } from '../../../protocol/time.ts';
import { type ActorDefinition, fold } from '../../../runtime/actor.ts';
import { runActor } from '../../../runtime/host/host.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { nextWake } from '../../../runtime/host/waker.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { natsServer } from '../../helpers/nats.ts';
import { allMessages, countMessages, numberIn, openTestNats, publishNumber } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

const State = z.strictObject({ due: z.array(z.number()), lateMs: z.array(z.number()), wakes: z.int() });
type State = z.infer<typeof State>;

/** A number n in LEDGER sets an alarm clock n ms after it; each clock that rings is told in ALARM. */
const alarmClock: ActorDefinition<unknown> = {
  name: 'clock',
  summary: 'alarm clocks',
  consumes: ['LEDGER', 'TIMER'],
  produces: ['ALARM'],
  config: z.unknown(),
  start: async () => ({
    lanes: [
      fold<{ readonly n: number } | Wake, State>({
        streams: ['LEDGER', 'TIMER'],
        types: [numberIn('LEDGER'), wake] as never,
        output: 'ALARM',
        initial: { due: [], lateMs: [], wakes: 0 },
        state: State,
        wakeAt: ({ due }) => (due.length > 0 ? Math.min(...due) : undefined),
        step: ({ due, lateMs, wakes }, { body, storedAt }) => {
          const set = 'n' in body ? [...due, storedAt + body.n] : due;
          const rung = set.filter(at => at <= storedAt);
          return {
            state: {
              due: set.filter(at => at > storedAt),
              lateMs: [...lateMs, ...rung.map(at => storedAt - at)],
              wakes: wakes + ('n' in body ? 0 : 1),
            },
            outputs: rung.map(at => ({ type: numberIn('ALARM'), body: { n: storedAt - at } })),
            reason: `${rung.length} rang`,
          };
        },
      }),
    ],
    [Symbol.asyncDispose]: async () => {},
  }),
};

function run(nats: Nats, clock: () => Milliseconds = Date.now) {
  const stop = new AbortController();
  const ended = runActor(alarmClock, undefined, hostOptions(nats, stop.signal, { clock }));
  return { stop: () => (stop.abort(), ended) };
}

const lateness = async (nats: Nats): Promise<number[]> =>
  (await allMessages(nats, 'ALARM')).map(message => message.json<{ n: number }>().n);

test.each([
  { what: 'clocks agree', skewMs: 0 },
  { what: 'the host is ahead of the server', skewMs: 3_000 },
  { what: 'the host is behind the server', skewMs: -3_000 },
])('a fold is woken when its time comes, once per time, where $what', async ({ skewMs }) => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const actor = run(nats, () => Date.now() + skewMs);
  for (const n of [900, 300, 600]) await publishNumber(nats, 'LEDGER', n);
  await until(async () => (await countMessages(nats, 'ALARM')) === 3, { what: 'three rings' });
  await actor.stop();
  for (const lateMs of await lateness(nats)) expect(lateMs).toBeLessThan(250);
  // A wake may come a hair too early and be followed by one more, never by many.
  expect(await countMessages(nats, 'TIMER')).toBeLessThanOrEqual(6);
});

const stateNow = async (nats: Nats): Promise<State | undefined> =>
  (await nats.state.get('clock.LEDGER.snapshot'))?.json<{ state: State }>().state;

test('a time that comes while nobody runs is made up for at the next start', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const dying = await openTestNats(server.url);
  const first = run(dying);
  await publishNumber(nats, 'LEDGER', 3_000);
  await until(async () => (await stateNow(nats))?.due.length === 1, { what: 'the alarm clock is set' });
  await dying.connection.close();
  await first.stop();
  expect(await countMessages(nats, 'TIMER')).toBe(0);
  const [set] = await allMessages(nats, 'LEDGER');
  await until(() => Date.now() > (set?.time.getTime() ?? 0) + 3_100);
  const second = run(nats);
  await until(async () => (await countMessages(nats, 'ALARM')) === 1, { what: 'it rings' });
  await second.stop();
});

test('a wake for another actor is passed by', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const at = eventTimeFromMs(1_700_000_000_000);
  for (const actor of ['other', 'clock'])
    await publish(nats, { type: wake, body: { actor, at } }, [], { deadlineMs: 5_000 });
  const actor = run(nats);
  await until(async () => (await stateNow(nats)) !== undefined, { what: 'a snapshot' });
  await actor.stop();
  expect((await stateNow(nats))?.wakes).toBe(1);
  expect(await countMessages(nats, 'DEAD')).toBe(0);
});

test('there is no wake while the last one is on its way, and never two within twenty milliseconds', () => {
  const wanted = fc.option(fc.integer({ min: 0, max: 1_000 }), { nil: undefined });
  const last = fc.option(
    fc.record({ at: fc.integer({ min: 0, max: 1_000 }), sequence: fc.integer({ min: 1, max: 9 }) }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(wanted, last, fc.nat({ max: 9 }), (at, before, handled) => {
      const next = nextWake(at, before, handled);
      const onItsWay = before !== undefined && handled < before.sequence;
      const earliest = before ? before.at + 20 : Number.NEGATIVE_INFINITY;
      expect(next).toBe(at === undefined || onItsWay ? undefined : Math.max(at, earliest));
    }),
  );
});
