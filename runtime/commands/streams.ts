import { parseArgs } from 'node:util';
import { STREAMS } from '../../protocol/subjects.ts';
import type { ActorDefinition } from '../actor.ts';
import { type Command, ExitCode } from '../command.ts';
import { DEFAULT_CONFIG, resolveConfig } from '../config/resolve.ts';
import { ensureEventStore } from '../event-store/open.ts';
import { openNats } from '../host/nats.ts';
import { stateBucket } from '../host/state-bucket.ts';
import { createLogger } from '../log.ts';

/** Makes what actors with keys of their own may not make. */
export const streamsCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  help: `Usage: spillway streams [--config FILE]

Makes the streams and buckets of the experiment in a NATS of your own that are not there, and brings the limits of the
others up to this version; deletes nothing. Actors do so themselves where NATS lets them; where each has a key of its
own (nats.nkeys) they wait for an operator to do it: once, and after every update.

  --config FILE   configuration file (default ${DEFAULT_CONFIG})

Exit codes: 0 they are there, 2 command line or configuration, 3 NATS is away or does not allow it.

Example: spillway streams --config numi.yaml`,
  async run(args, { stdout, env, signal }) {
    const { values } = parseArgs({
      args: [...args],
      options: { config: { type: 'string', default: DEFAULT_CONFIG } },
    });
    const config = resolveConfig(values.config, actors, env);
    const { experiment, eventStore } = config;
    await using nats = await openNats(
      { ...config.nats, experiment, name: 'spillway streams' },
      createLogger('error'),
      AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    );
    const buckets = [stateBucket(experiment)];
    if (eventStore.kind === 'jetstream') {
      await ensureEventStore(nats, eventStore, config.nats.replicas);
      buckets.push(`${experiment}_events`);
    }
    const streams = Object.keys(STREAMS).length;
    stdout.write(`${streams} streams of ${experiment} are there, and ${buckets.join(', ')}\n`);
    return ExitCode.ok;
  },
});
