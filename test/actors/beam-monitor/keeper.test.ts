import { describe, expect, test } from 'vitest';
import { type BeamsServer, beamsServer, type Caller } from '../../../actors/beam-monitor/beams-server.ts';
import { Keeper } from '../../../actors/beam-monitor/keeper.ts';
import { XmlRpcFaultError, type XmlRpcValue } from '../../../protocol/xml-rpc/xml-rpc.ts';
import { fakeContext } from '../../helpers/fake-context.ts';
import { until } from '../../helpers/until.ts';
import { device, subscription } from './asked.ts';

const NAMES = { start: 'bd.watch', renew: 'bd.keep', stop: 'bd.leave' };

/** The server at the other end of the wire, its methods under names of its own. */
function setUp(answers: Partial<Record<string, (...params: readonly XmlRpcValue[]) => XmlRpcValue>> = {}) {
  const calls: (readonly [string, ...XmlRpcValue[]])[] = [];
  const context = fakeContext();
  const answer: typeof answers = {
    'bd.watch': () => ({ id: `r${calls.length}`, leaseSeconds: 3600 }),
    'bd.keep': () => ({ leaseSeconds: 3600 }),
    'bd.leave': () => true,
    ...answers,
  };
  const caller: Caller = {
    call: async (method, params) => {
      calls.push([method, ...params]);
      const value = answer[method]?.(...params);
      if (value === undefined) throw new XmlRpcFaultError({ code: -32601, message: 'no such method' });
      return value;
    },
  };
  const server: BeamsServer = beamsServer(caller, NAMES);
  const keeper = new Keeper(subscription([device('E:TRTGTD')]), context, {
    server,
    url: 'http://here:1987/RPC2',
    method: 'spillway.readings',
    policy: { renewFraction: 0.02, silentAfterMs: 60_000, backOff: { firstMs: 1, maxMs: 5 } },
  });
  const done = keeper.run(context.signal);
  return {
    calls,
    context,
    keeper,
    server,
    done,
    async [Symbol.asyncDispose]() {
      context.abort();
      await done;
    },
  };
}

describe('the keeper of a registration', () => {
  test('asks under the names of the configuration, with event, delay, devices, and where to call', async () => {
    await using play = setUp();
    await until(() => play.keeper.registered, { what: 'the registration' });
    expect(play.calls).toEqual([
      ['bd.watch', 'A9', 20, ['E:TRTGTD'], 'http://here:1987/RPC2', 'spillway.readings'],
    ]);
    expect(play.keeper.registration).toBe('r1');
  });

  test('renews a short lease, and registers anew when the server does not know it any more', async () => {
    let known = true;
    let made = 0;
    await using play = setUp({
      'bd.watch': () => ({ id: `r${++made}`, leaseSeconds: 1 }),
      'bd.keep': () => {
        if (known) return { leaseSeconds: 1 };
        throw new XmlRpcFaultError({ code: 404, message: 'unknown registration' });
      },
    });
    await until(() => play.calls.some(([method]) => method === 'bd.keep'), { what: 'a renewal' });
    expect(play.keeper.registration).toBe('r1');
    known = false;
    await until(() => play.keeper.registration === 'r2', { what: 'a new registration' });
  });

  test.each([
    ['nothing of use', 'yes'],
    ['no id', { leaseSeconds: 60 }],
    ['a lease of nothing', { id: 'x', leaseSeconds: 0 }],
    ['a lease that is no number', { id: 'x', leaseSeconds: Number.NaN }],
  ])('tries again when the server answers %s', async (_what, answer) => {
    let good = false;
    await using play = setUp({ 'bd.watch': () => (good ? { id: 'good', leaseSeconds: 60 } : answer) });
    await until(() => play.calls.length >= 3, { what: 'three tries' });
    expect(play.keeper.registered).toBe(false);
    good = true;
    await until(() => play.keeper.registration === 'good', { what: 'the registration' });
  });

  test('stops its registration when it goes, and does not mind when it cannot', async () => {
    const play = setUp();
    await until(() => play.keeper.registered, { what: 'the registration' });
    play.context.abort();
    await play.done;
    await play.keeper.stop(AbortSignal.timeout(1000));
    expect(play.calls.at(-1)).toEqual(['bd.leave', 'r1']);

    await using rude = setUp({ 'bd.leave': undefined });
    await until(() => rude.keeper.registered, { what: 'the registration' });
    await expect(rude.keeper.stop(AbortSignal.timeout(1000))).resolves.toBeUndefined();
  });
});
