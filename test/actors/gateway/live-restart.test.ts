import { expect, test } from 'vitest';
import type { ServerMessage } from '../../../protocol/live.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { streamNow } from '../../../runtime/host/streams.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats, publishReadings, readingsOf } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { alarm } from './harness.ts';
import { LIVE_TOKEN, runLiveGateway } from './live.ts';
import { PageClient, type PageOptions } from './page-client.ts';

const headers = { authorization: `Bearer ${LIVE_TOKEN}` };
const look = (base: string, options: PageOptions = {}) => new PageClient(base, { headers, ...options });

/** Change number `n`, of one of three alarms. */
const change = (nats: Nats, n: number) =>
  publish(nats, { type: alarmChange, body: alarm(`beam/alarm-${n % 3}`, { transition: n }) }, [], {
    deadlineMs: 15_000,
  });

const transitions = (heard: readonly ServerMessage[]) =>
  heard.flatMap(message => (message.type === 'alarm' ? [message.change.transition] : []));

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('pages that come and go while changes are stored one after the other miss none and hear none twice', async () => {
  await using server = await natsServer({ syncInterval: 1_000 });
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  await change(nats, 1);
  await using gateway = await runLiveGateway(server, directory.path, 'one');
  const total = 600;
  const pages: PageClient[] = [];
  let told = 1;
  const publishing = (async () => {
    while (told < total) await change(nats, ++told);
  })();
  // From wherever the stream is, and from its begin.
  for (let n = 0; n < 30; n++) {
    pages.push(
      look(gateway.base, { after: { stream: await streamOf(nats), sequence: n % 2 === 0 ? 1 : told } }),
    );
    await until(() => told >= Math.min(total, (n + 1) * 16), { timeoutMs: 30_000, what: 'more changes' });
  }
  await publishing;
  for (const page of pages) {
    await until(() => page.position?.sequence === total, { what: 'the last change' });
    const heard = transitions(page.heard);
    const begin = heard[0] ?? total;
    expect(heard).toEqual(numbers(begin, total));
    expect(page.of('snapshot').length === 0 || page.of('snapshot')[0]?.position.sequence === begin - 1).toBe(
      true,
    );
    page[Symbol.dispose]();
  }
  expect(pages.filter(page => transitions(page.heard)[0] === 2).length).toBeGreaterThanOrEqual(15);
});

test('what changed while the gateway was down is told by the one that comes after it', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  for (const n of numbers(1, 3)) await change(nats, n);
  const first = await runLiveGateway(server, directory.path, 'one');
  using page = look(first.base);
  await page.hears('snapshot');
  await change(nats, 4);
  await page.hears('alarm');
  await first[Symbol.asyncDispose]();
  await until(() => page.closed?.code === 1001, { what: 'the end' });

  for (const n of numbers(5, 40)) await change(nats, n);
  await using second = await runLiveGateway(server, directory.path, 'one');
  using again = look(second.base, page.position ? { after: page.position } : {});
  await change(nats, 41);
  await until(() => again.position?.sequence === 41, { what: 'the last change' });
  expect(transitions(again.heard)).toEqual(numbers(5, 41));
  expect(again.of('snapshot')).toEqual([]);
});

test('with NATS away pages are still ticked at, and hear every change once it is back', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  await change(nats, 1);
  await using gateway = await runLiveGateway(server, directory.path, 'one');
  using page = look(gateway.base);
  await page.hears('snapshot');
  await publishReadings(nats, readingsOf(1));
  await page.hears('spill');
  await server.kill();
  // The gateway knows what was: a page that comes now is told that.
  using late = look(gateway.base, { after: { stream: 'ALARM@7', sequence: 1 } });
  await late.hears('snapshot');
  expect(late.alarms.get('beam/alarm-1')).toMatchObject({ transition: 1 });
  await page.hears('tick');
  await server.restart();
  // Before the gateway is back on, several of one alarm are stored: a watch would show the last of them only.
  for (const n of [4, 7, 10, 13, 14]) await change(nats, n);
  for (const one of [page, late]) {
    await until(() => one.position?.sequence === 6, { timeoutMs: 20_000, what: 'the last change' });
    expect(transitions(one.heard)).toEqual([4, 7, 10, 13, 14]);
  }
  await publishReadings(nats, readingsOf(2));
  await page.hears('spill', 2);
});

const streamOf = async (nats: Nats): Promise<string> => (await streamNow(nats, 'ALARM')).id;
