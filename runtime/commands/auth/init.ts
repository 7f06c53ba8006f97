import { hostname } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { ActorDefinition } from '../../actor.ts';
import { ExitCode } from '../../command.ts';
import { loadYaml } from '../../config/load.ts';
import { DEFAULT_CONFIG } from '../../config/resolve.ts';
import { ensureKeys } from '../../nats-access/keys.ts';
import { accessConfig, accessFile } from '../../nats-access/server-config.ts';
import { natsUsers, userNames } from '../../nats-access/users.ts';
import { writeWhole } from '../../nats-access/write-whole.ts';
import type { AuthVerb } from './verb.ts';

/** As much of the configuration as is needed: its secrets may be on other hosts. */
const Wanted = z.looseObject({
  experiment: z.string(),
  nats: z
    .looseObject({ servers: z.array(z.string()) })
    .optional()
    .catch(undefined),
});

export const initVerb = (actors: readonly ActorDefinition<unknown>[]): AuthVerb => ({
  name: 'init',
  async run(args, { stdout }) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        directory: { type: 'string' },
        tls: { type: 'boolean', default: false },
        server: { type: 'string', multiple: true, default: [] },
        account: { type: 'string' },
        config: { type: 'string', default: DEFAULT_CONFIG },
      },
    });
    if (values.directory === undefined) throw new SpillwayError('USAGE', 'init needs --directory');
    if (values.server.length > 0 && !values.tls)
      throw new SpillwayError('USAGE', '--server names whom a certificate is for: give --tls with it');
    const directory = resolve(values.directory);
    const { experiment, nats } = loadYaml(values.config, Wanted);
    const keys = await ensureKeys(directory, userNames(actors));
    const names = [...values.server, ...(nats?.servers ?? []).flatMap(hostOf), hostname(), 'localhost'];
    const tls = values.tls
      ? await (await import('../../nats-access/certificates.ts')).ensureCertificates(
          join(directory, 'tls'),
          [...names, '127.0.0.1', '::1'],
          Date.now(),
        )
      : undefined;
    const users = natsUsers(actors, experiment, keys);
    const conf = accessFile(directory);
    // nats-server's language is a superset of JSON.
    const access = accessConfig({ users, tls, account: values.account });
    await writeWhole(conf, `${JSON.stringify(access, undefined, 2)}\n`, 0o644);
    for (const { user, fresh } of keys) stdout.write(`${fresh ? 'made' : 'kept'}  key of ${user}\n`);
    for (const line of tls?.told ?? []) stdout.write(`${line}\n`);
    stdout.write(
      `wrote ${conf}\n\n` +
        // To nats-server every path is relative to the file that includes it, also one that begins with a slash.
        `nats-server:   include "PATH/${basename(conf)}", PATH from the directory of its own configuration\n` +
        `spillway.yaml: nats: { nkeys: ${directory}${tls ? `, tls: { ca: ${tls.ca} }` : ''} }\n` +
        'then:          spillway streams\n',
    );
    return ExitCode.ok;
  },
});

/** The host in `nats://host:4222`, `host:4222` or `host`. */
function hostOf(address: string): string[] {
  const url = address.includes('://') ? address : `nats://${address}`;
  return URL.canParse(url) ? [new URL(url).hostname.replaceAll(/[[\]]/g, '')] : [];
}
