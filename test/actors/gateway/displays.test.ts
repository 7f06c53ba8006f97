import { expect, test } from 'vitest';
import { KEPT } from '../../../actors/gateway/views/displays.ts';
import { display } from '../../../protocol/messages/display.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { displayOf } from './camera.ts';
import { type RunningGateway, runGateway, TOKENS } from './harness.ts';
import { runLiveGateway } from './live.ts';
import { PageClient } from './page-client.ts';

const LATEST = '/api/v1/displays/lime/event/latest.png';
const asViewer = { authorization: `Bearer ${TOKENS.shifter}` };

const get = (gateway: RunningGateway, path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, { headers: { ...asViewer, ...headers } });

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

test('the latest picture is served as it was drawn, and not sent again to whoever has it', async () => {
  await using gateway = await runGateway();
  gateway.say(display, displayOf(1));
  gateway.say(display, displayOf(2));
  const first = await get(gateway, LATEST, { 'accept-encoding': 'br, gzip' });
  expect(first.status).toBe(200);
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
  });
  expect(first.headers.get('content-encoding')).toBeNull();
  expect(await bytesOf(first)).toEqual(displayOf(2).png);
  const known = { 'if-none-match': first.headers.get('etag') ?? '' };
  expect((await get(gateway, LATEST, known)).status).toBe(304);
  gateway.say(display, displayOf(3));
  expect(await bytesOf(await get(gateway, LATEST, known))).toEqual(displayOf(3).png);
});

test('a picture that is not there, or no more, is a 404 that says so', async () => {
  await using gateway = await runGateway();
  expect(await gateway.call('GET', LATEST)).toMatchObject({
    status: 404,
    json: { code: 'REQUEST_INVALID', message: 'there is no picture of lime yet' },
  });
  for (let serial = 1; serial <= KEPT + 1; serial++) gateway.say(display, displayOf(serial));
  expect((await get(gateway, '/api/v1/displays/lime/event/7/2.png')).status).toBe(200);
  for (const path of ['7/1.png', '8/2.png', '7/2~1.png'])
    expect(await gateway.call('GET', `/api/v1/displays/lime/event/${path}`)).toMatchObject({ status: 404 });
});

test.each(['lime/event/7/..%2F2.png', 'lime/event/x/2.png', 'lime/photo/latest.png', 'lime/event/7/2.gif'])(
  '%s is no address of a picture',
  async path => {
    await using gateway = await runGateway();
    expect((await gateway.call('GET', `/api/v1/displays/${path}`)).status).toBe(400);
  },
);

test('the last pictures of every detector and kind are listed, each with an address that never changes', async () => {
  await using gateway = await runGateway();
  gateway.say(display, displayOf(1, { detector: 'LIME 2' }));
  gateway.say(display, displayOf(1));
  gateway.say(display, displayOf(2, { copy: 1 }));
  gateway.say(display, displayOf(2, { kind: 'waveforms' }));
  const { json } = await gateway.call('GET', '/api/v1/displays');
  const { displays } = json as { displays: { latest: { url: string }; older: { url: string }[] }[] };
  expect(displays.map(({ latest, older }) => [latest, ...older].map(({ url }) => url))).toEqual([
    ['/api/v1/displays/lime/event/7/2~1.png', '/api/v1/displays/lime/event/7/1.png'],
    ['/api/v1/displays/lime/waveforms/7/2.png'],
    ['/api/v1/displays/lime_2/event/7/1.png'],
  ]);
  expect(displays[0]?.latest).toMatchObject({ serial: 2, copy: 1, text: 'Event display of event 2' });
  const kept = await get(gateway, displays[0]?.latest.url ?? '');
  expect(kept.headers.get('cache-control')).toBe('private, max-age=86400, immutable');
  expect(await bytesOf(kept)).toEqual(displayOf(2).png);
});

test('pictures are for those who may look', async () => {
  await using gateway = await runGateway();
  gateway.say(display, displayOf(1));
  for (const path of [LATEST, '/api/v1/displays', '/api/v1/displays/lime/event/7/1.png']) {
    expect((await gateway.call('GET', path, { as: 'nobody' })).status).toBe(401);
    expect((await gateway.call('GET', path, { as: 'notifier' })).status).toBe(403);
  }
});

test('pages hear of a picture when it comes, and a new page of the latest of each kind', async () => {
  await using gateway = await runGateway();
  using page = new PageClient(gateway.url, { headers: asViewer });
  await page.hears('snapshot');
  for (const serial of [1, 2]) gateway.say(display, displayOf(serial));
  gateway.say(display, displayOf(1, { kind: 'waveforms' }));
  await page.hears('display', 3);
  expect(page.of('display')[1]).toMatchObject({
    run: 7,
    serial: 2,
    kind: 'event',
    text: 'Event display of event 2',
  });
  expect(page.of('display')[1]).not.toHaveProperty('png');
  using late = new PageClient(gateway.url, { headers: asViewer });
  await late.hears('display', 2);
  expect(late.of('display').map(({ kind, serial }) => `${kind} ${serial}`)).toEqual([
    'event 2',
    'waveforms 1',
  ]);
});

test('a gateway that starts later has the last pictures of the stream, and then hears of the next', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using directory = await temporaryDirectory();
  for (const serial of [1, 2, 3])
    await publish(nats, { type: display, body: displayOf(serial) }, [], { deadlineMs: 5_000 });
  await using gateway = await runLiveGateway(server, directory.path, 'late');
  const listed = async () => {
    const { json } = await gateway.call('GET', '/api/v1/displays');
    const [shelf] = (json as { displays: { latest: { serial: number }; older: { serial: number }[] }[] })
      .displays;
    return shelf ? [shelf.latest, ...shelf.older].map(({ serial }) => serial) : [];
  };
  await until(async () => (await listed()).length === 3, { what: 'three pictures' });
  expect(await listed()).toEqual([3, 2, 1]);
  await publish(nats, { type: display, body: displayOf(4) }, [], { deadlineMs: 5_000 });
  await until(async () => (await listed())[0] === 4, { what: 'the fourth' });
});
