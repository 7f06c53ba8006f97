import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { z } from 'zod';
import { labelsOfAlarm } from '../../../protocol/alarm/labels.ts';
import { compileMatchers, compileRegex, parseMatcher } from '../../../protocol/alarm/matcher.ts';
import { Matcher } from '../../../protocol/messages/alarm-command.ts';
import type { Silence } from '../../../protocol/messages/silence.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { VERSION } from '../../../runtime/version.ts';
import {
  type Alert,
  alertOf,
  isFiring,
  labelsOfSilence,
  receiversOf,
  silenceOf,
} from '../alertmanager/alert.ts';
import type { Principal } from '../auth/role.ts';
import type { Services } from '../gateway.ts';
import { type GatewayApp, type GatewayEnv, routes } from '../http/env.ts';
import { allowed, needs } from '../http/identity.ts';
import { Refusal, refuseInvalid } from '../http/problem.ts';
import { readJson } from '../http/read-json.ts';
import { giverOf } from './commands.ts';
import { text } from './verbs.ts';

const PostedSilence = z.looseObject({
  id: z.string().default(''),
  matchers: z.array(Matcher).min(1).max(20),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  createdBy: text(80).default(''),
  comment: text(),
});

/**
 * As much of Alertmanager's interface, version 2, as amtool, Grafana and karma use to read alerts and to silence them. It is
 * described by Alertmanager's own document (api/v2/openapi.yaml), so not again in ours.
 */
export function alertmanagerRoutes({ views, commander, context }: Services): GatewayApp {
  const app = routes();
  const startedAt = new Date(context.clock()).toISOString();
  const alerts = (c: Context<GatewayEnv>): Alert[] => {
    const wanted = alertFilter(c);
    const now = context.clock();
    return views.alarms
      .list({ all: true })
      .filter(isFiring)
      .map(change => alertOf(change, views.silences.fitting(labelsOfAlarm(change)), now))
      .filter(wanted);
  };

  app.use('/api/v2/*', needs('see'));
  app.get('/api/v2/status', c =>
    c.json({
      cluster: { status: 'disabled', peers: [] },
      versionInfo: {
        version: VERSION,
        revision: '',
        branch: 'spillway',
        buildUser: '',
        buildDate: '',
        goVersion: '',
      },
      config: { original: '' },
      uptime: startedAt,
    }),
  );
  app.get('/api/v2/alerts', c => c.json(alerts(c)));
  app.get('/api/v2/alerts/groups', c => c.json(groupsOf(alerts(c))));
  app.get('/api/v2/receivers', c => {
    const names = new Set(views.alarms.list({ all: true }).flatMap(receiversOf));
    return c.json([...names].toSorted().map(name => ({ name })));
  });

  app.get('/api/v2/silences', c => {
    const fits = compileMatchers(filtersOf(c));
    const shown = views.silences
      .list(context.clock())
      .filter(silence => c.req.query(silence.phase) !== 'false' && fits(labelsOfSilence(silence)));
    return c.json(shown.map(silenceOf));
  });
  app.get('/api/v2/silence/:id', c => c.json(silenceOf(known(c.req.param('id')))));

  app.post('/api/v2/silences', async c => {
    const principal = allowed(c, 'manage');
    const parsed = PostedSilence.safeParse(await readJson(c));
    if (!parsed.success) return refuseInvalid(parsed.error, 'body');
    const { id, startsAt, endsAt, createdBy, ...rest } = parsed.data;
    const silence = id === '' ? randomUUID() : known(id).silence;
    await give(c, named(principal, createdBy), {
      kind: 'silence',
      silence,
      matchers: rest.matchers,
      comment: rest.comment,
      startsAt: eventTimeFromMs(Date.parse(startsAt)),
      endsAt: eventTimeFromMs(Date.parse(endsAt)),
      endWhenCleared: false,
    });
    return c.json({ silenceID: silence });
  });
  app.delete('/api/v2/silence/:id', async c => {
    const principal = allowed(c, 'manage');
    const { silence } = known(c.req.param('id'));
    await give(c, principal, { kind: 'expire-silence', silence, note: '' });
    return c.body(null, 200);
  });
  return app;

  function known(id: string): Silence {
    const found = views.silences.find(id);
    if (!found)
      throw new Refusal('REQUEST_INVALID', `there is no silence ${id.slice(0, 100)}`, { status: 404 });
    return found;
  }

  async function give(
    c: Context<GatewayEnv>,
    principal: Principal,
    words: { readonly kind: 'silence' | 'expire-silence'; readonly [word: string]: unknown },
  ): Promise<void> {
    const { result } = await commander.give(words, giverOf(c, principal, 'alertmanager'));
    if (!result)
      throw new Refusal('NOT_ANSWERED', 'stored, but the dispatcher does not answer', { status: 504 });
  }
}

/** A token is a program's, which says for whom it asks; a person who is signed in is who they are. */
const named = (principal: Principal, createdBy: string): Principal =>
  principal.by === 'token' && createdBy !== ''
    ? { ...principal, name: `${createdBy} (${principal.name})`.slice(0, 100) }
    : principal;

const filtersOf = (c: Context<GatewayEnv>): Matcher[] =>
  (c.req.queries('filter') ?? []).slice(0, 50).map(parseMatcher);

/** What the query asks for: whatever it does not exclude. */
function alertFilter(c: Context<GatewayEnv>): (alert: Alert) => boolean {
  const without = (name: string) => c.req.query(name) === 'false';
  const fits = compileMatchers(filtersOf(c));
  const receiver = c.req.query('receiver');
  const isReceiver = receiver === undefined || receiver === '' ? () => true : compileRegex(receiver);
  return ({ labels, receivers, status }) => {
    if (without('active') && status.state === 'active') return false;
    if (without('silenced') && status.silencedBy.length > 0) return false;
    if (without('inhibited') && status.inhibitedBy.length + status.mutedBy.length > 0) return false;
    return receivers.some(({ name }) => isReceiver(name)) && fits(labels);
  };
}

/** By receiver and area. */
function groupsOf(alerts: readonly Alert[]) {
  const pairs = alerts.flatMap(alert => alert.receivers.map(receiver => ({ receiver, alert })));
  const groups = Object.groupBy(
    pairs,
    ({ receiver, alert }) => `${receiver.name}\n${alert.labels['area'] ?? ''}`,
  );
  return Object.values(groups).flatMap((group = []) => {
    const [first] = group;
    if (!first) return [];
    const { area } = first.alert.labels;
    const labels = area === undefined ? {} : { area };
    return [{ labels, routeLabels: {}, receiver: first.receiver, alerts: group.map(({ alert }) => alert) }];
  });
}
