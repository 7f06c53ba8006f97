import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { ActorDefinition } from '../actor.ts';
import { type Command, ExitCode } from '../command.ts';
import { DEFAULT_CONFIG, loadConfig } from '../config/resolve.ts';
import { configSchema } from '../config/schema.ts';

export const checkCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  name: 'check',
  summary: 'checks a configuration file and starts nothing',
  help: `Usage: spillway check [--config FILE] [--json-schema]

Checks the configuration and every file it names. Each problem is one line: file, line, column, key and what is
accepted.

  --config FILE    configuration file (default ${DEFAULT_CONFIG})
  --json-schema    print the JSON schema of the configuration file, for editors, and check nothing

Exit codes: 0 fine, 2 not fine.

Example: spillway check --json-schema > spillway.schema.json`,
  async run(args, { stdout }) {
    const { values } = parseArgs({
      args: [...args],
      options: { config: { type: 'string', default: DEFAULT_CONFIG }, 'json-schema': { type: 'boolean' } },
    });
    if (values['json-schema']) {
      const schema = z.toJSONSchema(configSchema(actors), { io: 'input', unrepresentable: 'any' });
      stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
      return ExitCode.ok;
    }
    const config = loadConfig(values.config, actors);
    const running = Object.keys(config.actors).filter(name => config.actors[name] !== undefined);
    stdout.write(`${values.config}: fine; experiment ${config.experiment}, actors ${running.join(', ')}\n`);
    return ExitCode.ok;
  },
});
