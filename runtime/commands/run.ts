import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { SpillwayError } from '../../protocol/errors.ts';
import type { Health } from '../../protocol/messages/health.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { ActorDefinition } from '../actor.ts';
import { type Command, ExitCode } from '../command.ts';
import { DEFAULT_CONFIG, loadConfig, resolveConfig } from '../config/resolve.ts';
import type { Config } from '../config/schema.ts';
import { duration } from '../config/units.ts';
import { runActor } from '../host/host.ts';
import type { Nats } from '../host/nats.ts';
import { createLogger } from '../log.ts';
import { UntilIdle } from '../until-idle.ts';
import { VERSION } from '../version.ts';
import { connectActors } from './connections.ts';

export const runCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  help: `Usage: spillway run ACTOR... [--config FILE] [--metrics HOST:PORT] [--until-idle TIME]

Runs the named actors, each with its section of the configuration, until SIGTERM or SIGINT; then finishes what is in
hand within the configured drain time. NATS and the store are those of the configuration or, where it embeds them, those
of a "spillway up" that runs on this machine. Logs to standard error.

  --config FILE         configuration file (default ${DEFAULT_CONFIG})
  --metrics HOST:PORT   serve Prometheus metrics of these actors at http://HOST:PORT/metrics, /healthz while the
                        process lives, and /readyz once they work or stand by (default: none)
  --until-idle TIME     end when for so long nothing has waited and nothing was in hand, e.g. 60s (default: never)

Actors:
${actors.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`).join('\n')}

Exit codes: 0 drained, or idle for so long, 2 configuration or command line, 3 NATS cannot be reached.

Example: spillway run spill-packer recorder --config numi.yaml`,
  async run(args, { env, signal }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        metrics: { type: 'string' },
        'until-idle': { type: 'string' },
      },
    });
    const idleMs = readTime(values['until-idle']);
    // What was asked for wrongly is told whether or not anything runs.
    const chosen = choose(actors, loadConfig(values.config, actors), positionals);
    const config = resolveConfig(values.config, actors, env);
    const log = createLogger(config.log.level);
    const names = chosen.map(({ name }) => name);
    const health = new Map<string, Health>();
    // Before NATS is there: whoever keeps this process alive must not take waiting for death.
    await using _metrics = values.metrics
      ? await (await import('../metrics.ts')).serveMetrics(values.metrics, () => [...health.values()], names)
      : undefined;
    await using connections = await connectActors(config, names, log, signal);
    const [first] = names.map(name => connections.of(name));
    const idle = new UntilIdle(names, idleMs, async () => first !== undefined && answers(first.nats));
    const instance = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
    await Promise.all(
      chosen.map(definition =>
        runActor(definition, config.actors[definition.name], {
          ...connections.of(definition.name),
          dataDirectory: config.dataDirectory,
          store: config.store,
          instance,
          version: VERSION,
          log,
          clock: preciseClock,
          random: Math.random,
          signal: AbortSignal.any([signal, idle.signal]),
          heartbeatMs: config.heartbeat,
          drainMs: config.drain,
          onHealth: body => {
            health.set(body.actor, body);
            void idle.saw(body);
          },
        }),
      ),
    );
    return ExitCode.ok;
  },
});

/** @throws SpillwayError USAGE */
function readTime(text: string | undefined): Milliseconds {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const { data, error } = duration().safeParse(text);
  if (data !== undefined) return data;
  throw new SpillwayError('USAGE', `--until-idle ${error?.issues[0]?.message ?? ''}`);
}

const answers = ({ jsm }: Nats): Promise<boolean> =>
  jsm.getAccountInfo().then(
    () => true,
    () => false,
  );

/** Wall-clock milliseconds with microseconds behind the point, following steps of the system clock. */
const preciseClock = (): number => {
  const now = Date.now();
  const precise = performance.timeOrigin + performance.now();
  // The monotonic clock knows nothing of a clock that was set: then whole milliseconds are all there is.
  return Math.abs(precise - now) < 2 ? precise : now;
};

/** @throws SpillwayError USAGE or CONFIG_INVALID */
function choose(
  actors: readonly ActorDefinition<unknown>[],
  config: Config,
  names: readonly string[],
): ActorDefinition<unknown>[] {
  const known = actors.map(({ name }) => name).join(', ');
  if (names.length === 0) throw new SpillwayError('USAGE', `name at least one actor: ${known}`);
  return [...new Set(names)].map(name => {
    const definition = actors.find(actor => actor.name === name);
    if (!definition) throw new SpillwayError('USAGE', `no actor is called ${name}; there are ${known}`);
    if (config.actors[name] === undefined) {
      throw new SpillwayError(
        'CONFIG_INVALID',
        `the configuration has no section actors.${name}, so this actor is not to run`,
      );
    }
    return definition;
  });
}
