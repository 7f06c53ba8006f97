import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { alarmCommandResult } from '../../../protocol/messages/alarm-command.ts';
import { readings } from '../../../protocol/messages/readings.ts';
import { silence } from '../../../protocol/messages/silence.ts';
import { migrate } from '../../../runtime/store/migrate.ts';
import { clickHouse, type TestStore } from '../../helpers/store.ts';
import { readingsOf, silent } from '../../helpers/streams.ts';
import { alarm, type CallOptions, PASSWORD, type RunningGateway, runGateway } from './harness.ts';
import { CLIENT, type IdentityProvider, identityProvider } from './identity-provider.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

interface Answered {
  readonly content?: { readonly 'application/json'?: { readonly schema: object } };
}
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Record<string, Answered> }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const HORN = 'beam/horn/current';
const SILENCE = 'b5a7f1de-8f0e-4f6e-9c55-0a4f7f0e8a11';
const COMMAND = 'c5a7f1de-8f0e-4f6e-9c55-0a4f7f0e8a11';
const RANGE = { fromMs: Date.UTC(2026, 10, 21, 11), toMs: Date.UTC(2026, 10, 21, 12) };
const SILENCED = { matchers: ['area=beam'], duration: '1h', comment: 'known' };
const NOTIFIED = { title: 'Disk full' };

/** One good request of every route: `path` stands in for the one of the document, where that has parameters. */
interface Example extends CallOptions {
  readonly path?: string;
  readonly status?: number;
}

const verb = (name: string, body: object): Record<string, Example> => ({
  [`post /api/v1/alarms/{id}/${name}`]: { path: `/api/v1/alarms/${HORN}/${name}`, body },
});

const EXAMPLES: Readonly<Record<string, Example>> = {
  'get /api/v1/health': {},
  'get /api/v1/sign-in': { as: 'nobody' },
  'get /api/v1/session': {},
  'post /api/v1/session': { as: 'nobody', body: { name: 'maria', password: PASSWORD } },
  'delete /api/v1/session': { status: 204 },
  'get /api/v1/session/oidc': { as: 'nobody', status: 302 },
  'get /api/v1/session/oidc/callback': { as: 'nobody', status: 302, headers: { accept: 'text/html' } },
  'get /api/v1/alarms': { path: '/api/v1/alarms?all=true' },
  'get /api/v1/alarms/{id}': { path: `/api/v1/alarms/${HORN}` },
  'get /api/v1/alarms/{id}/history': { path: `/api/v1/alarms/${HORN}/history` },
  'get /api/v1/alarm-history': { path: '/api/v1/alarm-history?limit=10' },
  ...verb('acknowledge', { note: 'seen' }),
  ...verb('unacknowledge', {}),
  ...verb('comment', { note: 'known' }),
  ...verb('take-over', {}),
  ...verb('shelve', { reason: 'swap', duration: '1h' }),
  ...verb('unshelve', {}),
  ...verb('reset', {}),
  ...verb('disable', { reason: 'broken' }),
  ...verb('enable', {}),
  'post /api/v1/mode': { body: { mode: 'maintenance', reason: 'access' } },
  'get /api/v1/commands/{id}': { path: `/api/v1/commands/${COMMAND}` },
  'get /api/v1/mode': {},
  'get /api/v1/silences': {},
  'post /api/v1/silences/preview': { body: { matchers: ['area=beam'] } },
  'post /api/v1/silences': { body: SILENCED },
  'get /api/v1/silences/{id}': { path: `/api/v1/silences/${SILENCE}` },
  'put /api/v1/silences/{id}': { path: `/api/v1/silences/${SILENCE}`, body: SILENCED },
  'delete /api/v1/silences/{id}': { path: `/api/v1/silences/${SILENCE}` },
  'post /api/v1/notify': { body: NOTIFIED },
  'post /api/v1/notify/alertmanager': {
    body: {
      version: '4',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Disk' },
          startsAt: '2026-11-21T10:00:00Z',
          fingerprint: 'f',
        },
      ],
    },
  },
  'get /api/v1/boards': {},
  'get /api/v1/boards/{uid}': { path: '/api/v1/boards/spillway-shift' },
  'post /api/v1/boards/{uid}/panels/{id}/query': {
    path: '/api/v1/boards/spillway-shift/panels/1/query',
    body: RANGE,
  },
  'post /api/v1/boards/{uid}/variables': { path: '/api/v1/boards/spillway-beam/variables', body: RANGE },
  'post /api/v1/boards/{uid}/annotations': { path: '/api/v1/boards/spillway-shift/annotations', body: RANGE },
  'get /api/v1/displays': {},
  'get /api/v1/displays/{detector}/{kind}/latest.png': {
    path: '/api/v1/displays/lime/event/latest.png',
    status: 404,
  },
  'get /api/v1/displays/{detector}/{kind}/{run}/{file}': {
    path: '/api/v1/displays/lime/event/7/93.png',
    status: 404,
  },
  'get /api/v1/live': { status: 426 },
  'get /api/v1/devices/latest': {},
  'get /api/v1/spills/latest': {},
  'get /api/v1/spills/{sequence}': { path: '/api/v1/spills/1' },
};

let store: TestStore;
let provider: IdentityProvider;
let gateway: RunningGateway;
let document: Document;
beforeAll(async () => {
  store = await clickHouse();
  const target = { url: store.url, user: 'spillway', database: 'openapi' };
  await migrate(target, silent);
  provider = await identityProvider({});
  const oidc = { issuer: provider.issuer, clientId: CLIENT.clientId };
  gateway = await runGateway({ oidc }, { store: target });
  provider.open(gateway.url);
  const { json } = await gateway.call('GET', '/openapi.json', { as: 'nobody' });
  document = json as unknown as Document;
  const at = { seconds: 1_800_000_000, nanoseconds: 0 };
  gateway.engine.raise(alarm(HORN));
  gateway.say(readings, readingsOf(36));
  gateway.say(alarmCommandResult, { command: COMMAND, kind: 'comment', done: true, message: 'done', at });
  gateway.say(silence, {
    silence: SILENCE,
    revision: 1,
    phase: 'active',
    matchers: [{ name: 'area', value: 'beam', isRegex: false, isEqual: true }],
    startsAt: at,
    endsAt: at,
    endWhenCleared: false,
    by: 'maria',
    comment: 'known',
    endedBy: '',
    matching: 0,
    fired: 0,
    at,
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

/** A schema of the document as a check; what it refers to stands in the same document. */
function checkOf(schema: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as JsonSchema);
}

/** What of an answer does not fit its description; an answer without a body fits one without a schema. */
function misfits(answered: Answered | undefined, json: unknown): unknown {
  const schema = answered?.content?.['application/json']?.schema;
  return schema && checkOf(schema).safeParse(json).error?.issues;
}

test('every route of the document has an example here, and no example is of a route that is gone', () => {
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(method => `${method} ${path}`),
  );
  expect(described.toSorted()).toEqual(Object.keys(EXAMPLES).toSorted());
});

test.each(Object.entries(EXAMPLES))('%s answers as the document says', async (route, example) => {
  const [method = '', described = ''] = route.split(' ');
  const { path = described, status = 200, ...options } = example;
  const answer = await call(method, path, options);
  expect(answer).toMatchObject({ status });
  const { responses } = document.paths[described]?.[method] ?? { responses: {} };
  expect(misfits(responses[status] ?? responses['default'], answer.json)).toBeUndefined();
});

/** Everybody is told how to sign in. */
const REFUSING = Object.entries(EXAMPLES).filter(([route]) => route !== 'get /api/v1/sign-in');

test.each(REFUSING)('%s refuses as the document says', async (route, example) => {
  const [method = '', described = ''] = route.split(' ');
  const { path = described, body } = example;
  const { status, json } = await call(method, path, {
    as: 'nobody',
    ...(body === undefined ? {} : { body: 'rubbish' }),
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(json).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), request: expect.any(String) });
  expect(misfits(document.paths[described]?.[method]?.responses['default'], json)).toBeUndefined();
});

/** As `gateway.call`, but a redirect is the answer. */
async function call(method: string, path: string, options: CallOptions) {
  if (!path.startsWith('/api/v1/session/oidc')) return gateway.call(method.toUpperCase(), path, options);
  const { headers = {} } = options;
  const response = await fetch(gateway.url + path, { redirect: 'manual', headers });
  const text = await response.text();
  return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}
