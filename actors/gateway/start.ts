import { join } from 'node:path';
import type { ActorContext, RunningActor } from '../../runtime/actor.ts';
import { Failures } from '../../runtime/auth/failures.ts';
import { OWN_BOARDS } from '../../runtime/commands/dashboard-files.ts';
import { allowList } from '../../runtime/xml-rpc/allow-list.ts';
import { Sessions } from './auth/sessions.ts';
import type { SignOnConfig } from './auth/sign-on/config.ts';
import type { SignOn } from './auth/sign-on/sign-on.ts';
import { Users } from './auth/users.ts';
import { BoardQueries } from './boards/board-queries.ts';
import { Boards } from './boards/catalog.ts';
import { StoreReader } from './boards/store-reader.ts';
import { Commander } from './commander.ts';
import { type GatewayConfig, knownUsers } from './config.ts';
import { gatewayApp } from './gateway.ts';
import { AlarmHistory } from './history/alarm-history.ts';
import { Places } from './http/places.ts';
import { LiveHub } from './live/hub.ts';
import { OWN_PAGE, openPage } from './page/page.ts';
import { serveGateway } from './server.ts';
import { CameraViews } from './views/camera.ts';
import { Views } from './views/views.ts';

const isLoopback = allowList(['127.0.0.0/8', '::1']);

/** Puts the gateway together and opens its port. @throws SpillwayError CONFIG_*, ADDRESS_UNAVAILABLE */
export async function start(config: GatewayConfig, context: ActorContext): Promise<RunningActor> {
  const { listen, limits, publicUrl, session, tls } = config;
  const known = knownUsers(config);
  const users = new Users(known.users);
  const signOn = config.oidc && (await openSignOn(config.oidc, context));
  await using owned = new AsyncDisposableStack();
  const sessions = owned.use(
    await Sessions.open({
      path: join(context.dataDirectory, 'gateway', 'sessions.json'),
      clock: context.clock,
      idleMs: session.idle,
      longestMs: session.longest,
      isCurrent: ({ name, stamp }) => stamp === (users.find(name) ?? signOn)?.stamp,
      secure: tls !== undefined || publicUrl?.startsWith('https:') === true,
    }),
  );
  const reader = owned.use(
    new StoreReader({
      store: { url: context.store.url, database: context.store.database, ...config.reader },
      concurrent: config.queries.concurrent,
      timeMs: config.queries.time,
      rows: config.queries.rows,
    }),
  );
  const views = new Views();
  const camera = new CameraViews();
  const page = await openPage(config.page.directory ?? OWN_PAGE, config.page.sourceMaps, context.log);
  const live = new LiveHub({
    context,
    version: page.version,
    health: () => views.health.list(context.clock()).map(({ beat }) => beat),
    limits,
  });
  const places = new Places(config, () => context.count('refused', { reason: 'RATE_EXCEEDED' }));
  const app = gatewayApp({
    config,
    places,
    context,
    views,
    camera,
    commander: new Commander(context, views.alarms, config.answerTimeout),
    users,
    signOn,
    tokens: known.tokens,
    sessions,
    failures: new Failures(limits.signInFailures, limits.signInPause, context.clock),
    boards: new Boards(
      config.boards ? [OWN_BOARDS, config.boards] : [OWN_BOARDS],
      context.log,
      context.clock,
    ),
    queries: new BoardQueries(reader, context),
    history: new AlarmHistory(reader),
    page,
    live,
  });
  const { url } = owned.use(await serveGateway(app, config, places));
  // The server waits for its connections to end, so viewers are sent away first.
  owned.use(live);
  context.log.info({ url, users: known.users.length, tokens: known.tokens.length }, 'serving');
  if (!sessions.secure && listen.host !== 'localhost' && !isLoopback(listen.host))
    context.log.warn(
      'passwords and sessions can be read on the way: give tls, or the publicUrl of a proxy that has it',
    );
  const kept = owned.move();
  return {
    lanes: [...views.lanes(live), ...camera.lanes(live, context)],
    health: () => ({ sessions: sessions.size, viewers: live.size }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The library is loaded only where somebody signs in with it. */
async function openSignOn(config: SignOnConfig, context: ActorContext): Promise<SignOn> {
  const { SignOn } = await import('./auth/sign-on/sign-on.ts');
  const signOn = new SignOn(config, context);
  void signOn.lookFor(context.random, context.signal);
  return signOn;
}
