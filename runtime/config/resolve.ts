import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import type { ActorDefinition } from '../actor.ts';
import { loadYaml } from './load.ts';
import { type Config, configSchema } from './schema.ts';

export const DEFAULT_CONFIG = 'spillway.yaml';

/**
 * Values put over those of the file, by dotted path: addresses that are known only once a service runs. `null` takes a
 * value out.
 */
export const Overrides = z.record(z.string(), z.json());
export type Overrides = z.infer<typeof Overrides>;

/** Environment variable by which `spillway up` hands overrides to the processes it starts. */
export const OVERRIDES_VARIABLE = 'SPILLWAY_SET';

/** A configuration whose addresses are all known. */
export interface ResolvedConfig extends Config {
  readonly nats: NonNullable<Config['nats']>;
  readonly store: NonNullable<Config['store']>;
}

/**
 * The configuration for a command that talks to running services: the file, with the addresses that `spillway up` gave
 * (through the environment to its own processes, through a file in the data directory to everybody else).
 *
 * @throws SpillwayError CONFIG_*; NATS_AWAY when services are embedded and `spillway up` does not run.
 */
export function resolveConfig(
  path: string,
  actors: readonly ActorDefinition<unknown>[],
  env: Readonly<Record<string, string | undefined>>,
): ResolvedConfig {
  const plain = loadConfig(path, actors);
  const given = env[OVERRIDES_VARIABLE];
  const overrides = given ? Overrides.parse(JSON.parse(given)) : readAddresses(plain.dataDirectory);
  const config = overrides ? loadConfig(path, actors, overrides) : plain;
  if (config.nats && config.store) return { ...config, nats: config.nats, store: config.store };
  throw new SpillwayError(
    'NATS_AWAY',
    `${path} embeds its services, and no "spillway up" of ${config.dataDirectory} is running`,
  );
}

/** The configuration file as it is; nothing has to run. Paths in it come out absolute. */
export function loadConfig(
  path: string,
  actors: readonly ActorDefinition<unknown>[],
  overrides: Overrides = {},
): Config {
  return loadYaml(path, configSchema(actors), document => {
    for (const [key, value] of Object.entries(overrides)) {
      if (value === null) document.deleteIn(key.split('.'));
      else document.setIn(key.split('.'), value);
    }
  });
}

/** Where `spillway up` tells others the addresses of what it runs. */
export const addressesPath = (dataDirectory: string): string => join(dataDirectory, 'addresses.json');

export const Addresses = z.strictObject({ pid: z.int(), overrides: Overrides });

function readAddresses(dataDirectory: string): Overrides | undefined {
  try {
    return Addresses.parse(JSON.parse(readFileSync(addressesPath(dataDirectory), 'utf8'))).overrides;
  } catch {
    // Nobody runs there: the caller says so where it matters.
    return undefined;
  }
}
