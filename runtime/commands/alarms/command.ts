import { hostname, userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { ActorDefinition } from '../../actor.ts';
import type { Command } from '../../command.ts';
import { DEFAULT_CONFIG, resolveConfig } from '../../config/resolve.ts';
import { openNats } from '../../host/nats.ts';
import { createLogger } from '../../log.ts';
import { actVerbs } from './act.ts';
import { listVerb, showVerb } from './look.ts';
import { modeVerb } from './mode.ts';
import { notifyVerb } from './notify.ts';
import { silenceVerb } from './silence.ts';
import type { AlarmVerb } from './verb.ts';

const OWN: readonly AlarmVerb[] = [listVerb, showVerb, ...actVerbs, modeVerb, silenceVerb, notifyVerb];

const help = (verbs: readonly AlarmVerb[]) => `Usage: spillway alarms VERB [ARGUMENTS] [--config FILE]

Looks at alarms and does something about them, by the streams themselves: no gateway is needed, and no sign-in. Who may
reach NATS may do everything.

${verbs.map(({ name, usage, summary }) => `  ${name} ${usage}\n      ${summary}`).join('\n')}

  --config FILE   configuration file (default ${DEFAULT_CONFIG})
  --by NAME       in whose name a command is given (default: the user of this terminal)
  --note TEXT     why; stands in the record, and others read it
  --expected N    the transition you saw ("show" tells it): refused when the alarm has moved on
  --json          one JSON object per line

Exit codes: 0 done (list: nothing to be worked off), 1 refused, not there (list: there are some), 2 command line or
configuration, 3 NATS is away, or nobody has answered: the command is stored, and done when somebody does.

Example: spillway alarms ack beam/horn/current --by maria --note "horn expert called"`;

/** @param more verbs that need what actors have, and so come from them */
export function alarmsCommand(
  actors: readonly ActorDefinition<unknown>[],
  more: readonly AlarmVerb[] = [],
): Command {
  const verbs = [...OWN, ...more];
  return {
    help: help(verbs),
    async run(args, io) {
      const [word, ...rest] = args;
      const verb = verbs.find(({ name }) => name === word);
      if (!verb) {
        // An option that nobody knows is told as such, also where the verb is missing.
        parseArgs({ args: [...args], allowPositionals: true, options: { config: { type: 'string' } } });
        throw new SpillwayError(
          'USAGE',
          `say what to do: ${verbs.map(({ name }) => name).join(', ')}; see --help`,
        );
      }
      const config = (path: string) => resolveConfig(path, actors, io.env);
      return verb.run(rest, io, {
        config,
        async connect(path) {
          const { nats, experiment } = config(path);
          return openNats(
            { ...nats, experiment, name: 'spillway alarms' },
            createLogger('error'),
            AbortSignal.any([io.signal, AbortSignal.timeout(5_000)]),
          );
        },
        clock: Date.now,
        user: userName(io.env),
        host: hostname(),
      });
    },
  };
}

function userName(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the list of users, as containers have them.
    return env['USER'] ?? 'unknown';
  }
}
