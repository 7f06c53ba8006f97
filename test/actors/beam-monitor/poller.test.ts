import { describe, expect, test } from 'vitest';
import type { BeamsServer } from '../../../actors/beam-monitor/beams-server.ts';
import type { PollingList } from '../../../actors/beam-monitor/lists.ts';
import { Poller } from '../../../actors/beam-monitor/poller.ts';
import { StatusTexts } from '../../../actors/beam-monitor/status-texts.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import { XmlRpcFaultError } from '../../../protocol/xml-rpc/xml-rpc.ts';
import { fakeContext } from '../../helpers/fake-context.ts';
import { until } from '../../helpers/until.ts';
import { device, subscription } from './asked.ts';

const NAMES = ['E:HMGPR', 'G:EA9SNC', 'M:OUTTMP', 'I:K6FTR'];
const STALE = 14 - 256 * 4;

const reading = (name: string, more: object = {}) => ({
  name,
  scaled: 687.125,
  units: 'Torr',
  status: 0,
  seconds: 1_321_032_116,
  milliseconds: 708,
  ...more,
});

/** A server whose answers a test replaces one by one; whatever is asked is written down. */
function setUp(server: Partial<BeamsServer>, more: { batch?: number; everyMs?: number } = {}) {
  const asked: string[] = [];
  const context = fakeContext();
  const fake: BeamsServer = {
    startCallback: () => Promise.reject(new Error('not asked for here')),
    renewCallback: () => Promise.reject(new Error('not asked for here')),
    stopCallback: () => Promise.reject(new Error('not asked for here')),
    getReadings: async names => names.map(name => reading(name)),
    getReading: async name => reading(name),
    getErrorInfo: async () => 'stale data',
    ...server,
  };
  const logged: BeamsServer = {
    ...fake,
    getReadings: (names, signal) => (asked.push(names.join(' ')), fake.getReadings(names, signal)),
    getReading: (name, signal) => (asked.push(name), fake.getReading(name, signal)),
    getErrorInfo: (status, signal) => (asked.push(String(status)), fake.getErrorInfo(status, signal)),
  };
  const list: PollingList = {
    ...subscription(NAMES.map(name => device(name))),
    mode: 'polling',
    trigger: 'poll-1h',
    everyMs: more.everyMs ?? 3_600_000,
    betweenMs: 0,
  };
  const poller = new Poller(list, context, {
    server: logged,
    statusTexts: new StatusTexts(logged, context.signal),
    batch: more.batch ?? 50,
    futureToleranceMs: 1000,
    backOff: { firstMs: 1, maxMs: 5 },
  });
  const done = poller.run(context.signal);
  return {
    asked,
    context,
    poller,
    bodies: () => context.published.map(({ body }) => body as Readings),
    async [Symbol.asyncDispose]() {
      context.abort();
      await done;
    },
  };
}
const oneStored = ({ context }: { context: { published: unknown[] } }) =>
  until(() => context.published.length === 1, { what: 'the first poll' });

describe('polling', () => {
  test('reads the list in arrays of the given size and publishes one message for all of them', async () => {
    await using poll = setUp({}, { batch: 3 });
    await oneStored(poll);
    expect(poll.asked).toEqual(['E:HMGPR G:EA9SNC M:OUTTMP', 'I:K6FTR']);
    expect(poll.bodies()[0]).toMatchObject({ mode: 'polling', trigger: 'poll-1h', problems: [] });
    expect(poll.bodies()[0]?.devices.map(({ name }) => name)).toEqual(NAMES);
  });

  test('asks one by one when the server refuses the array, so that one bad device costs only itself', async () => {
    const fault = new XmlRpcFaultError({ code: -1, message: 'no such device' });
    await using poll = setUp({
      getReadings: () => Promise.reject(fault),
      getReading: name => (name === 'G:EA9SNC' ? Promise.reject(fault) : Promise.resolve(reading(name))),
    });
    await oneStored(poll);
    expect(poll.asked).toEqual([NAMES.join(' '), ...NAMES]);
    expect(poll.bodies()[0]?.devices).toHaveLength(3);
    expect(poll.bodies()[0]?.problems).toEqual([
      { device: 'G:EA9SNC', code: 'XMLRPC_FAULT', detail: 'fault -1: no such device' },
    ]);
  });

  test('does not ask one by one when there is no answer: a time-out costs the array', async () => {
    const late = new SpillwayError('XMLRPC_TIMEOUT', 'no answer within 10 s');
    await using poll = setUp(
      {
        getReadings: async names =>
          names.includes('E:HMGPR') ? Promise.reject(late) : names.map(name => reading(name)),
      },
      { batch: 2 },
    );
    await oneStored(poll);
    expect(poll.asked).toEqual(['E:HMGPR G:EA9SNC', 'M:OUTTMP I:K6FTR']);
    expect(poll.bodies()[0]?.problems.map(({ device: name, code }) => `${name} ${code}`)).toEqual([
      'E:HMGPR XMLRPC_TIMEOUT',
      'G:EA9SNC XMLRPC_TIMEOUT',
    ]);
  });

  test('stops asking one by one when three in a row give no answer', async () => {
    await using poll = setUp({
      getReadings: () => Promise.reject(new XmlRpcFaultError({ code: -1, message: 'refused' })),
      getReading: () => Promise.reject(new SpillwayError('XMLRPC_TIMEOUT', 'no answer')),
    });
    await until(() => poll.poller.figures.pollFailures === 1);
    expect(poll.asked).toEqual([NAMES.join(' '), ...NAMES.slice(0, 3)]);
  });

  test('publishes nothing while the server is away, counts it, and goes on when it is back', async () => {
    let away = true;
    await using poll = setUp(
      {
        getReadings: async names =>
          away
            ? Promise.reject(new SpillwayError('XMLRPC_HTTP', 'refused'))
            : names.map(name => reading(name)),
      },
      { everyMs: 10 },
    );
    await until(() => poll.poller.figures.pollFailures >= 2, { what: 'two failed polls' });
    expect(poll.context.published).toEqual([]);
    expect(poll.context.counts.get('poll_failed{reason=XMLRPC_HTTP}')).toBeGreaterThanOrEqual(2);
    away = false;
    await until(() => poll.context.published.length > 0, { what: 'a poll after the outage' });
  });

  test("tells the server's words for a bad status, asked for once", async () => {
    await using poll = setUp(
      { getReadings: async names => names.map(name => reading(name, { status: STALE, scaled: Date.now() })) },
      { everyMs: 10 },
    );
    await until(() => poll.context.published.length >= 2, { what: 'two polls' });
    expect(poll.bodies()[1]?.problems).toContainEqual({
      device: 'E:HMGPR',
      code: 'DEVICE_STATUS',
      detail: '[14 -4] stale data',
    });
    expect(poll.asked.filter(what => what === String(STALE))).toHaveLength(1);
  });

  test('reads on without words when the server has none', async () => {
    await using poll = setUp({
      getReadings: async names => names.map(name => reading(name, { status: STALE })),
      getErrorInfo: () => Promise.reject(new XmlRpcFaultError({ code: -1, message: 'unknown' })),
    });
    await oneStored(poll);
    expect(poll.bodies()[0]?.problems[0]).toMatchObject({ code: 'DEVICE_STATUS', detail: '[14 -4]' });
  });

  test('gives readings without a device time the time of the poll, and says so', async () => {
    await using poll = setUp({
      getReadings: async names => names.map(name => ({ name, scaled: 1, units: '', status: 0 })),
    });
    await oneStored(poll);
    const [body] = poll.bodies();
    expect(body?.devices[0]?.seconds).toBe(body?.time.seconds);
    expect(body?.problems.map(({ code }) => code)).toEqual(NAMES.map(() => 'DEVICE_TIME_ABSENT'));
  });

  test('keeps a reading in hand until JetStream has it, and counts the polls skipped meanwhile', async () => {
    await using poll = setUp({}, { everyMs: 10 });
    let failures = 0;
    poll.context.onPublish = async message => {
      if (failures < 20) {
        failures++;
        throw new SpillwayError('PUBLISH_FAILED', 'away');
      }
      return poll.context.keep(message);
    };
    await until(() => failures === 20 && poll.poller.figures.pollsSkipped > 0, { what: 'skipped polls' });
    expect(poll.context.published.length).toBeGreaterThan(0);
  });
});
