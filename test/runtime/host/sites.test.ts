import { afterAll, beforeAll, expect, test } from 'vitest';
import { spillPacker } from '../../../actors/spill-packer/actor.ts';
import { SpillPackerConfig } from '../../../actors/spill-packer/config.ts';
import { spillRecord } from '../../../protocol/messages/spill-record.ts';
import { type NatsServer, startNatsServer } from '../../../runtime/embedded/nats/server.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { type Nats, openNats } from '../../../runtime/host/nats.ts';
import type { Site } from '../../../runtime/host/sites.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { freePort } from '../../../runtime/up/ports.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import {
  allMessages,
  countMessages,
  openTestNats,
  publishReadings,
  readingsOf,
  silent,
} from '../../helpers/streams.ts';
import { type TcpProxy, tcpProxy } from '../../helpers/tcp-proxy.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';

const signal = new AbortController().signal;
const owned = new AsyncDisposableStack();
const common = { log: silent, signal };
let directory: string;
let startHub: () => Promise<NatsServer>;
let hubServer: NatsServer;
let link: TcpProxy;
let hub: Nats;
let site: Nats;

const SITES: readonly Site[] = [{ domain: 'site1', streams: ['BEAM', 'HEALTH'] }];
const openHub = (sites?: readonly Site[]) =>
  openNats(
    { servers: [hubServer.url], experiment: 'test', name: 'hub', replicas: 1, sites },
    silent,
    AbortSignal.timeout(20_000),
  );

beforeAll(async () => {
  directory = owned.use(await temporaryDirectory()).path;
  const [port, leafPort] = [await freePort(0), await freePort(0)];
  startHub = () =>
    startNatsServer({
      ...common,
      name: 'hub',
      port,
      storeDirectory: `${directory}/hub`,
      topology: { domain: 'hub', leafPort },
    });
  hubServer = await startHub();
  owned.defer(() => hubServer.stop());
  link = owned.use(await tcpProxy(leafPort));
  const topology = {
    domain: 'site1',
    hub: { urls: [`nats-leaf://127.0.0.1:${link.port}`], experiments: ['test'], reconnectMs: 200 },
  };
  const server = owned.use(
    await startNatsServer({ ...common, name: 'site', storeDirectory: `${directory}/site`, topology }),
  );
  site = owned.use(await openTestNats(server.url));
  hub = owned.use(await openHub(SITES));
});
afterAll(() => owned.disposeAsync());

const publishAtSite = async (first: number, last: number) => {
  for (let n = first; n <= last; n++) await publishReadings(site, readingsOf(n));
};
const arrives = (count: number) =>
  until(async () => (await countMessages(hub, 'BEAM')) === count, {
    // Where the first try to take over fails, the server waits 10 s for the next, and longer each time.
    timeoutMs: 100_000,
    what: `${count} readings at the hub`,
  });

test('a site takes spills while its link is down, and while it hangs; the hub packs each once, in order, when it is back', async () => {
  const stop = new AbortController();
  const own = await openHub();
  const packing = runActor(spillPacker, SpillPackerConfig.parse({}), hostOptions(own, stop.signal));
  await publishAtSite(1, 10);
  await arrives(10);
  await link.cut();
  await publishAtSite(11, 40);
  expect(await countMessages(site, 'BEAM')).toBe(40);
  expect(await countMessages(hub, 'BEAM')).toBe(10);
  await link.mend();
  await arrives(40);
  link.hang();
  await publishAtSite(41, 50);
  await link.mend();
  await arrives(50);
  await until(async () => (await countMessages(hub, 'SPILL')) === 50, { what: 'everything packed' });
  stop.abort();
  await packing;
  await own[Symbol.asyncDispose]();
  const packed = (await allMessages(hub, 'SPILL')).map(({ data }) => spillRecord.decode(data).spillCount);
  expect(packed).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test('a hub that is killed goes on behind the last that it took over, and a fact told at both ends is one', async () => {
  process.kill(hubServer.pid, 'SIGKILL');
  await hubServer.exited;
  await publishAtSite(51, 60);
  hubServer = await startHub();
  await arrives(60);
  expect((await publishReadings(hub, readingsOf(60))).duplicate).toBe(true);
  await publishReadings(hub, readingsOf(61));
  await publishAtSite(61, 62);
  await arrives(62);
  const stored = (await allMessages(hub, 'BEAM')).map(
    message => message.json<{ time: { seconds: number } }>().time.seconds - 1_700_000_000,
  );
  expect(stored).toEqual(Array.from({ length: 62 }, (_, index) => index + 1));
});

test('who does not know of a site leaves what is taken over from it, and a list without it ends that', async () => {
  const sources = async () => (await hub.jsm.streams.info(serverName('test', 'BEAM'))).config.sources ?? [];
  await (await openHub())[Symbol.asyncDispose]();
  expect(await sources()).toEqual([{ name: 'TEST_BEAM', external: { api: '$JS.site1.API', deliver: '' } }]);
  expect((await hub.jsm.streams.info(serverName('test', 'SPILL'))).config.sources).toBeUndefined();
  await (await openHub([]))[Symbol.asyncDispose]();
  expect(await sources()).toEqual([]);
});
