import { bodyLimit } from 'hono/body-limit';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { SpillwayError } from '../../protocol/errors.ts';
import type { ActorContext } from '../../runtime/actor.ts';
import type { Failures } from '../../runtime/auth/failures.ts';
import { VERSION } from '../../runtime/version.ts';
import { anonymousViewer, firstOf } from './auth/authenticator.ts';
import type { Sessions } from './auth/sessions.ts';
import type { SignOn } from './auth/sign-on/sign-on.ts';
import { bearerTokens } from './auth/tokens.ts';
import type { Users } from './auth/users.ts';
import type { BoardQueries } from './boards/board-queries.ts';
import type { Boards } from './boards/catalog.ts';
import type { Commander } from './commander.ts';
import type { GatewayConfig, Token } from './config.ts';
import type { AlarmHistory } from './history/alarm-history.ts';
import { arrival } from './http/arrival.ts';
import { audit } from './http/audit.ts';
import { Body, send } from './http/body.ts';
import { type GatewayApp, routes } from './http/env.ts';
import { identify } from './http/identity.ts';
import type { Places } from './http/places.ts';
import { answerError, Refusal } from './http/problem.ts';
import { sameSite } from './http/same-site.ts';
import type { LiveHub } from './live/hub.ts';
import type { Page } from './page/page.ts';
import { alarmHistoryRoutes } from './routes/alarm-history.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { alertmanagerRoutes } from './routes/alertmanager.ts';
import { boardRoutes } from './routes/boards.ts';
import { commandRoutes } from './routes/commands.ts';
import { displayRoutes } from './routes/displays.ts';
import { healthRoutes } from './routes/health.ts';
import { liveRoutes } from './routes/live.ts';
import { notifyRoutes } from './routes/notify.ts';
import { pageRoutes } from './routes/page.ts';
import { readingRoutes } from './routes/readings.ts';
import { sessionRoutes } from './routes/session.ts';
import { signOnRoutes } from './routes/sign-on.ts';
import { silencePreviewRoutes } from './routes/silence-preview.ts';
import { silenceRoutes } from './routes/silences.ts';
import type { CameraViews } from './views/camera.ts';
import type { Views } from './views/views.ts';

/** What the routes may use. */
export interface Services {
  readonly config: GatewayConfig;
  readonly context: ActorContext;
  readonly views: Views;
  readonly camera: CameraViews;
  readonly commander: Commander;
  readonly users: Users;
  /** The provider at which people sign in too, where there is one. */
  readonly signOn: SignOn | undefined;
  readonly tokens: readonly Token[];
  readonly sessions: Sessions;
  readonly failures: Failures;
  readonly places: Places;
  readonly page: Page;
  readonly boards: Boards;
  readonly queries: BoardQueries;
  readonly history: AlarmHistory;
  readonly live: LiveHub;
}

/** Scripts, styles, pictures and connections of our own only; nobody may frame us. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  workerSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** To write the description takes a while, and anybody may ask for it. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The whole gateway as a function from request to response; sockets are the server's. */
export function gatewayApp(services: Services): GatewayApp {
  const { config, context, sessions, tokens, failures, places } = services;
  const ways = [bearerTokens(tokens), sessions, ...(config.anonymous === 'viewer' ? [anonymousViewer] : [])];
  const app = routes();
  app.onError(answerError);
  app.notFound(c => {
    throw new Refusal('REQUEST_INVALID', `there is no ${c.req.method} ${c.req.path.slice(0, 300)}`, {
      status: 404,
    });
  });
  app.use(requestId());
  // A Grafana shows pictures on a page of its own; who may see them is asked all the same.
  app.use('/api/v1/displays/*', async (c, next) => {
    await next();
    c.header('cross-origin-resource-policy', 'cross-origin');
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: POLICY,
      strictTransportSecurity: sessions.secure ? 'max-age=31536000' : false,
      xFrameOptions: 'DENY',
      referrerPolicy: 'no-referrer',
    }),
  );
  app.use(audit(context));
  app.use(arrival(config, context.log, context.clock));
  app.use(
    bodyLimit({
      maxSize: config.limits.body,
      onError: () => {
        throw new SpillwayError('REQUEST_TOO_LARGE', `a request may have ${config.limits.body} bytes`);
      },
    }),
  );
  app.use(identify(firstOf(ways), failures, places));
  app.use(sameSite());
  app.use('/api/*', async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });
  for (const part of [
    healthRoutes,
    sessionRoutes,
    signOnRoutes,
    alarmHistoryRoutes,
    alarmRoutes,
    commandRoutes,
    silencePreviewRoutes,
    silenceRoutes,
    notifyRoutes,
    alertmanagerRoutes,
    boardRoutes,
    displayRoutes,
    liveRoutes,
    readingRoutes,
    pageRoutes,
  ])
    app.route('/', part(services));
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessions.cookie,
  });
  const description = once(() => {
    const document = app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Spillway gateway',
        version: VERSION,
        description: 'Alarms, silences, notifications and boards of an experiment.',
      },
      security: [{ token: [] }, { session: [] }],
    });
    return new Body('application/json', JSON.stringify(document), 'best');
  });
  app.get('/openapi.json', c => send(c, description(), { tagged: true }));
  return app;
}
