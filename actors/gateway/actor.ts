import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import type { ActorDefinition } from '../../runtime/actor.ts';
import { allowList } from '../../runtime/xml-rpc/allow-list.ts';
import { Failures } from './auth/failures.ts';
import { Sessions } from './auth/sessions.ts';
import { Users } from './auth/users.ts';
import { Commander } from './commander.ts';
import { GatewayConfig, knownUsers } from './config.ts';
import { gatewayApp } from './gateway.ts';
import { serveGateway } from './server.ts';
import { Views } from './views/views.ts';

/**
 * HTTP for people and programs: alarms as they are, commands, notifications. It decides nothing: commands go to the
 * engine and the dispatcher, what it shows comes from the streams.
 */
export const gateway: ActorDefinition<GatewayConfig> = {
  name: 'gateway',
  summary: 'serves alarms, silences, notifications and health over HTTP, and takes commands',
  consumes: ['ALARM', 'HEALTH', 'NOTICE'],
  produces: ['COMMAND'],
  config: GatewayConfig,
  async check(config) {
    knownUsers(config);
    for (const path of config.tls ? [config.tls.certificate, config.tls.key] : [])
      await readFile(path).catch((cause: unknown) => {
        throw new SpillwayError(
          'CONFIG_UNREADABLE',
          `${path}: cannot be read: ${asSpillwayError(cause).message}`,
          {
            cause,
          },
        );
      });
  },
  async start(config, context) {
    const { users, tokens } = knownUsers(config);
    const known = new Users(users);
    const { signInFailures, signInPause } = config.limits;
    await using owned = new AsyncDisposableStack();
    const sessions = owned.use(
      await Sessions.open({
        path: join(context.dataDirectory, 'gateway', 'sessions.json'),
        clock: context.clock,
        idleMs: config.session.idle,
        longestMs: config.session.longest,
        current: name => known.find(name),
        secure: config.tls !== undefined || config.publicUrl?.startsWith('https:') === true,
      }),
    );
    const views = new Views();
    const commander = new Commander(context, views.alarms, config.answerTimeout);
    const failures = new Failures(signInFailures, signInPause, context.clock);
    const app = gatewayApp({
      config,
      context,
      views,
      commander,
      users: known,
      tokens,
      sessions,
      failures,
    });
    const server = owned.use(await serveGateway(app, config));
    context.log.info({ url: server.url, users: users.length, tokens: tokens.length }, 'serving');
    if (!sessions.secure && !isLoopback(config.listen.host))
      context.log.warn(
        'passwords and sessions can be read on the way: give tls, or publicUrl of a proxy with it',
      );
    const kept = owned.move();
    return {
      lanes: views.lanes,
      health: () => ({ sessions: sessions.size }),
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  },
};

const isLoopback = allowList(['127.0.0.0/8', '::1']);
