import { afterAll, beforeAll, expect, test } from 'vitest';
import { Permission, Role } from '../../../actors/gateway/auth/role.ts';
import { VERBS } from '../../../actors/gateway/routes/verbs.ts';
import { digestOfToken } from '../../../runtime/auth/token.ts';
import { alarm, type RunningGateway, runGateway } from './harness.ts';
import { routesOfTheGateway } from './routes.ts';

const { see, notify, operate, manage } = Permission;
const HORN = 'beam/horn/current';
const SILENCE = 'b5a7f1de-8f0e-4f6e-9c55-0a4f7f0e8a11';

/** What each route needs; undefined: nothing, it shows nothing of the experiment. Decided here, and nowhere by default. */
const NEEDS: Readonly<Record<string, Permission | 'per verb' | undefined>> = {
  'GET /healthz': undefined,
  'GET /readyz': undefined,
  'GET /metrics': see,
  'GET /openapi.json': undefined,
  'GET /api/v1/health': see,
  // Whoever is not signed in has to be able to do so.
  'GET /api/v1/session': undefined,
  'POST /api/v1/session': undefined,
  'DELETE /api/v1/session': undefined,
  'GET /api/v1/sign-in': undefined,
  'GET /api/v1/session/oidc': undefined,
  'GET /api/v1/session/oidc/callback': undefined,
  'GET /api/v1/alarm-history': see,
  'GET /api/v1/alarms/:path{.+/history}': see,
  'GET /api/v1/alarms': see,
  'GET /api/v1/alarms/:id{.+}': see,
  'POST /api/v1/alarms/:path{.+}': 'per verb',
  'GET /api/v1/mode': see,
  'POST /api/v1/mode': manage,
  'GET /api/v1/commands/:id': see,
  'GET /api/v1/silences': see,
  'GET /api/v1/silences/:id': see,
  'POST /api/v1/silences/preview': see,
  'POST /api/v1/silences': manage,
  'PUT /api/v1/silences/:id': manage,
  'DELETE /api/v1/silences/:id': manage,
  'POST /api/v1/notify': notify,
  'POST /api/v1/notify/alertmanager': notify,
  'GET /api/v2/status': see,
  'GET /api/v2/alerts': see,
  'GET /api/v2/alerts/groups': see,
  'GET /api/v2/receivers': see,
  'GET /api/v2/silences': see,
  'GET /api/v2/silence/:id': see,
  'POST /api/v2/silences': manage,
  'DELETE /api/v2/silence/:id': manage,
  'GET /api/v1/boards': see,
  'GET /api/v1/boards/:uid': see,
  'POST /api/v1/boards/:uid/panels/:id/query': see,
  'POST /api/v1/boards/:uid/variables': see,
  'POST /api/v1/boards/:uid/annotations': see,
  'GET /api/v1/displays': see,
  'GET /api/v1/displays/:detector/:kind/latest.png': see,
  'GET /api/v1/displays/:detector/:kind/:run/:file': see,
  'GET /api/v1/live': see,
  'GET /api/v1/devices/latest': see,
  'GET /api/v1/spills/latest': see,
  'GET /api/v1/spills/:sequence': see,
  // The page itself: the form for signing in is a part of it.
  'GET /': undefined,
  'GET /boards': undefined,
  'GET /boards/*': undefined,
  'GET /d/*': undefined,
  'GET /alarms': undefined,
  'GET /alarms/*': undefined,
  'GET /silences': undefined,
  'GET /assets/:name': undefined,
};

/** Who has a permission, written out once more: the other list is the code's. Rules are put in force by files, not by HTTP. */
const MAY: Readonly<Record<Permission, readonly Role[]>> = {
  see: ['viewer', 'shifter', 'expert'],
  notify: ['notifier', 'shifter', 'expert'],
  operate: ['shifter', 'expert'],
  manage: ['expert'],
};
const VERB_NEEDS: Readonly<Record<string, Permission>> = {
  acknowledge: operate,
  unacknowledge: operate,
  comment: operate,
  'take-over': operate,
  shelve: operate,
  unshelve: operate,
  reset: manage,
  disable: manage,
  enable: manage,
};

const tokenOf = (role: Role): string => `spw_${role}`;
let gateway: RunningGateway;
beforeAll(async () => {
  const tokens = Object.values(Role).map(role => ({
    name: role,
    role,
    digest: digestOfToken(tokenOf(role)),
  }));
  gateway = await runGateway({ tokens, limits: { requestsPerSecond: 100_000, signInFailures: 1000 } });
  gateway.engine.raise(alarm(HORN));
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** A path with something in the place of each parameter. */
const filled = (path: string): string =>
  path
    .replace(':path{.+/history}', `${HORN}/history`)
    .replace(':id{.+}', HORN)
    .replace('/panels/:id', '/panels/1')
    .replace(':sequence', '1')
    .replace(':id', SILENCE)
    .replaceAll(/:\w+/g, 'x')
    .replaceAll('*', 'x');

const requests = Object.entries(NEEDS).flatMap(
  ([route, needs]): [string, string, Permission | undefined][] => {
    const [method = '', path = ''] = route.split(' ');
    if (needs !== 'per verb') return [[method, filled(path), needs]];
    return Object.entries(VERB_NEEDS).map(([verb, needed]) => [
      method,
      `/api/v1/alarms/${HORN}/${verb}`,
      needed,
    ]);
  },
);

test('every route of the gateway, and every verb, is in the table: a new one needs a decision', () => {
  expect(routesOfTheGateway().toSorted()).toEqual(Object.keys(NEEDS).toSorted());
  expect(Object.keys(VERBS).toSorted()).toEqual(Object.keys(VERB_NEEDS).toSorted());
});

test.each(['nobody', ...Object.values(Role)] as const)(
  '%s may do what the table says and nothing else',
  async role => {
    const answers = await Promise.all(
      requests.map(async ([method, path, needs]) => {
        const headers: Record<string, string> =
          role === 'nobody' ? {} : { authorization: `Bearer ${tokenOf(role)}` };
        const body = method === 'POST' || method === 'PUT' ? { body: {} } : {};
        const { status, json } = await gateway.call(method, path, { as: 'nobody', headers, ...body });
        const refused =
          json['code'] === 'NOT_SIGNED_IN' ? 401 : status === 401 || status === 403 ? status : 'let in';
        return { route: `${method} ${path}`, needs, refused };
      }),
    );
    for (const { route, needs, refused } of answers) {
      const mayDo = needs === undefined || (role !== 'nobody' && MAY[needs].includes(role));
      // Who asks who he is, and is nobody, is told so.
      const asksWho = role === 'nobody' && /^(GET|POST) \/api\/v1\/session$/.test(route);
      if (asksWho) continue;
      expect({ route, refused }).toEqual({
        route,
        refused: mayDo ? 'let in' : role === 'nobody' ? 401 : 403,
      });
    }
  },
);
