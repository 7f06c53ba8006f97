import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { natsServer } from './helpers/nats.ts';
import { ROOT, spillway } from './helpers/spillway.ts';
import { spillway as start } from './helpers/system.ts';
import { temporaryDirectory } from './helpers/temporary-directory.ts';
import { until } from './helpers/until.ts';
import { secretKeys } from './secret-keys.ts';

/** NATS has its own test (secrets.test.ts): a server that lets nobody in would end everything else here. */
const ELSEWHERE = ['nats.nkeySeed', 'nats.password', 'nats.token'];

/** A secret for each key, that can be told from the others; a part of it is enough to be found by. */
const canary = (key: string): string => `canary-${key.replaceAll(/[^a-zA-Z]/g, '-')}-"é%`;
/** Where the secret is an address, it is in the path. */
const address = (base: string, key: string): string =>
  `${base}/hooks/canary-${key.replaceAll(/[^a-zA-Z]/g, '-')}`;

/** Refuses everything, and repeats in its refusal all that it was given: the worst a server can do. */
async function indiscreet() {
  const seen: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then(body => {
      const given = `${request.url} ${JSON.stringify(request.headers)} ${body}`;
      const [, basic = ''] = /Basic (\S+?)"/.exec(given) ?? [];
      const told = `${given} that is ${Buffer.from(basic, 'base64').toString()}`;
      seen.push(told);
      response.writeHead(403, { 'x-clickhouse-exception-code': '516' }).end(`refused: ${told}`);
    });
  });
  const smtp = createTcpServer(socket => {
    socket.write('220 here\r\n');
    socket.on('error', () => {});
    socket.on('data', chunk => {
      const line = chunk.toString();
      if (/^EHLO/i.test(line)) socket.write('250-here\r\n250 AUTH PLAIN LOGIN\r\n');
      else {
        const told = `${line.trim()} ${Buffer.from(line.trim().split(' ').at(-1) ?? '', 'base64').toString()}`;
        seen.push(told);
        socket.write(`535 5.7.8 wrong: ${told.replaceAll(/[\r\n\0]/g, ' ')}\r\n`);
      }
    });
  });
  for (const one of [server, smtp]) await once(one.listen(0, '127.0.0.1'), 'listening');
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    smtp: (smtp.address() as AddressInfo).port,
    [Symbol.dispose]() {
      server.close().closeAllConnections();
      smtp.close();
    },
  };
}

test('a secret of whatever key stands in no output, page, metric, stream or file, though every server repeats it', async () => {
  await using directory = await temporaryDirectory();
  await using nats = await natsServer();
  using other = await indiscreet();
  const env: Record<string, string> = {};
  const planted = new Set<string>();
  const plant = (key: string, value = canary(key)): { env: string } => {
    const name = `CANARY_${planted.size}_${Object.keys(env).length}`;
    env[name] = value;
    planted.add(key);
    return { env: name };
  };
  const channel = (rest: string): string => `actors.alarm-dispatcher.channels.*.${rest}`;
  const url = (): { env: string } => plant(channel('url'), address(other.url, 'url'));
  const config = {
    experiment: 'planted',
    dataDirectory: join(directory.path, 'data'),
    heartbeat: '200ms',
    log: { level: 'trace' },
    nats: { servers: [nats.url] },
    store: { url: other.url, password: plant('store.password') },
    eventStore: {
      kind: 's3',
      endpoint: other.url,
      bucket: 'planted',
      accessKey: plant('eventStore.accessKey'),
      secretKey: plant('eventStore.secretKey'),
    },
    actors: {
      'beam-monitor': {
        server: `${other.url}/xmlrpc`,
        devices: join(ROOT, 'fixtures', 'devices', 'numi.yaml'),
        credentials: { user: 'us', password: plant('actors.beam-monitor.credentials.password') },
        callback: { listen: { port: 0 } },
      },
      recorder: {},
      gateway: {
        listen: { port: 0 },
        anonymous: 'viewer',
        notify: { allow: ['127.0.0.1'] },
        page: { directory: 'no-page' },
        reader: { password: plant('actors.gateway.reader.password') },
        oidc: {
          issuer: other.url,
          clientId: 'us',
          clientSecret: plant('actors.gateway.oidc.clientSecret'),
          roles: { all: 'viewer' },
        },
      },
      'alarm-dispatcher': {
        channels: {
          hook: {
            kind: 'webhook',
            url: url(),
            authorization: plant(
              channel('authorization'),
              `Bearer ${encodeURIComponent(canary('authorization'))}`,
            ),
            headers: { 'X-Key': plant(channel('headers.*'), 'canary-header-value') },
            signing: plant(channel('signing')),
          },
          chat: {
            kind: 'slack',
            url: plant(channel('url'), `${other.url}/services/canary-slack-webhook`),
          },
          upstream: {
            kind: 'alertmanager',
            url: plant(channel('url'), `${other.url}/canary-path-of-alertmanager`),
            authorization: plant(channel('authorization'), 'Bearer canary-of-alertmanager'),
          },
          bot: {
            kind: 'discord',
            bot: {
              token: plant(channel('bot.token'), 'canary-bot-token'),
              channel: '123456789012345678',
              api: other.url,
            },
          },
          discord: {
            kind: 'discord',
            webhook: plant(
              channel('webhook'),
              `${other.url}/api/webhooks/123456789012345678/canary-webhook-token`,
            ),
          },
          mail: {
            kind: 'email',
            host: '127.0.0.1',
            port: other.smtp,
            security: 'none',
            user: 'us',
            password: plant(channel('password')),
            from: 'a@example.org',
            to: ['b@example.org'],
          },
        },
      },
    },
  };
  // The token of the front end takes the place of the password: one of the two.
  planted.add('actors.beam-monitor.credentials.token');
  expect([...planted, ...ELSEWHERE].toSorted()).toEqual(secretKeys());
  const path = join(directory.path, 'spillway.yaml');
  await writeFile(path, JSON.stringify(config));
  const outputs = new Map<string, string>();
  const keep = (what: string, said: string): unknown => outputs.set(what, said);

  Object.assign(process.env, env);
  const checked = await spillway(['check', '--config', path], { env });
  keep('check', checked.stdout + checked.stderr);
  expect(checked).toMatchObject({ code: 0 });
  {
    await using running = start('run', ...Object.keys(config.actors), '--config', path);
    const serving = () => /"url":"(http[^"]+)","users"/.exec(running.output())?.[1];
    await until(() => serving() !== undefined, {
      what: `the gateway\n${running.output()}`,
      timeoutMs: 60_000,
    });
    const gateway = serving() ?? '';
    const told = { title: 'a test', severity: 'MAJOR', status: 'firing' };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(told);
    await until(async () => (await fetch(`${gateway}/api/v1/notify`, { method: 'POST', headers, body })).ok);
    const wanted = [
      'store-password',
      'beam-monitor',
      'hooks/canary',
      'canary-webhook-token',
      'canary-bot-token',
      'canary-slack-webhook',
      'canary-path-of-alertmanager',
      'canary-of-alertmanager',
    ];
    const came = () =>
      wanted.filter(
        part => !other.seen.some(seen => decodeURIComponent(seen.replaceAll('%', '%25')).includes(part)),
      );
    await until(() => came().length === 0, { timeoutMs: 60_000 }).catch((cause: unknown) => {
      throw new Error(`nobody was given ${came().join(', ')}`, { cause });
    });
    for (const place of [
      '/metrics',
      '/api/v1/health',
      '/api/v1/alarms',
      '/api/v1/sign-in',
      '/api/v1/session/oidc',
      '/openapi.json',
      '/api/v1/alarm-history',
      '/',
    ])
      keep(place, await (await fetch(gateway + place, { redirect: 'manual' })).text());
    running.kill('SIGTERM');
    await once(running, 'close');
    keep('log', running.output());
  }
  // Streams are files here, and what actors keep lies beside them.
  for (const place of [nats.storeDirectory, config.dataDirectory])
    for (const file of await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []))
      if (file.isFile())
        keep(join(file.parentPath, file.name), await readFile(join(file.parentPath, file.name), 'latin1'));
  expect(outputs.get('log')).toContain('[redacted]');
  for (const [what, said] of outputs) {
    const found = /canary-[a-zA-Z"%-]+/.exec(said)?.[0];
    expect({ what, found }).toEqual({ what, found: undefined });
  }
}, 180_000);
