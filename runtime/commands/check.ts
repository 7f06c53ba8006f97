import { parseArgs } from 'node:util';
import { z } from 'zod';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import type { ActorDefinition } from '../actor.ts';
import { type Command, ExitCode } from '../command.ts';
import { DEFAULT_CONFIG, loadConfig } from '../config/resolve.ts';
import { type Config, configSchema } from '../config/schema.ts';
import { checkFiles } from './check-files.ts';

export const checkCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  help: `Usage: spillway check [--config FILE] [--json-schema]

Checks the configuration and every file it names: device lists, the scenario of the simulated beam, secrets. Each
problem is one line: file, line, column, key and what is accepted. Paths in the file are relative to the file.

  --config FILE    configuration file (default ${DEFAULT_CONFIG})
  --json-schema    print the JSON schema of the configuration file, for editors, and check nothing

Exit codes: 0 fine, 2 not fine, or not there.

Example: spillway check --config numi.yaml`,
  async run(args, { stdout }) {
    const { values } = parseArgs({
      args: [...args],
      options: { config: { type: 'string', default: DEFAULT_CONFIG }, 'json-schema': { type: 'boolean' } },
    });
    if (values['json-schema']) {
      stdout.write(jsonSchema(actors));
      return ExitCode.ok;
    }
    const config = await checkAll(values.config, actors);
    const running = Object.keys(config.actors).filter(name => config.actors[name] !== undefined);
    stdout.write(`${values.config}: fine; experiment ${config.experiment}, actors ${running.join(', ')}\n`);
    return ExitCode.ok;
  },
});

/** Describes the configuration file as it is written, durations and sizes as text, for editors that check while one types. */
export function jsonSchema(actors: readonly ActorDefinition<unknown>[]): string {
  const schema = z.toJSONSchema(configSchema(actors), { io: 'input' });
  return `${JSON.stringify({ title: 'Configuration of Spillway', ...schema }, undefined, 2)}\n`;
}

/** @throws SpillwayError with every problem of the configuration and of the files it names. */
async function checkAll(path: string, actors: readonly ActorDefinition<unknown>[]): Promise<Config> {
  const ofFiles = await checkFiles(path, actors);
  try {
    const config = loadConfig(path, actors);
    if (ofFiles.length === 0) return config;
  } catch (thrown) {
    ofFiles.unshift(asSpillwayError(thrown).message);
  }
  throw new SpillwayError('CONFIG_INVALID', ofFiles.join('\n'));
}
