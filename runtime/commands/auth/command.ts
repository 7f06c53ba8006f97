import { parseArgs } from 'node:util';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { ActorDefinition } from '../../actor.ts';
import type { Command } from '../../command.ts';
import { DEFAULT_CONFIG } from '../../config/resolve.ts';
import { hashVerb, tokenVerb } from './gateway-verbs.ts';
import { initVerb } from './init.ts';

const HELP = `Usage: spillway auth init --directory DIR [--tls] [--server NAME...] [--account NAME] [--config FILE]
       spillway auth hash < PASSWORD
       spillway auth token

  init    makes a key for each actor and for the operator, for a NATS of your own, and what its server must be told
          (nats-access.conf): who may do what, from what each actor declares. Run it again after an update, or to add
          what is missing: a key or certificate that is there stays
  hash    reads a password from standard input and prints its hash, for \`password\` of a user; keeps nothing
  token   makes a bearer token for a program: prints the token, which nobody can find out again, and its \`digest\`

  --directory DIR   init: where keys and configuration go; readable for its owner only
  --tls             init: an authority of our own and a certificate of the server too
  --server NAME     init: name or address by which the server is reached, as often as there are; besides those of the
                    configuration and of this machine
  --account NAME    init: put the users into this account, for a server that others use too (default: the one account)
  --config FILE     init: configuration file (default ${DEFAULT_CONFIG})

Exit codes: 0 done, 2 command line or configuration, or no password.

Example: spillway auth init --directory /etc/spillway/nats --tls --server daq1.example.org`;

/**
 * Makes what NATS, users and programs are known by.
 * @param stdin stands in for the process's own
 */
export const authCommand = (
  actors: readonly ActorDefinition<unknown>[],
  stdin: NodeJS.ReadableStream = process.stdin,
): Command => ({
  help: HELP,
  async run(words, io) {
    const [word, ...args] = words;
    const verbs = [initVerb(actors), hashVerb(stdin), tokenVerb];
    const verb = verbs.find(({ name }) => name === word);
    if (verb) return verb.run(args, io);
    // An option that nobody knows is told as such, also where the verb is missing.
    parseArgs({ args: [...words], allowPositionals: true, options: {} });
    const names = verbs.map(({ name }) => name).join(', ');
    throw new SpillwayError('USAGE', `say what to make: ${names}; see --help`);
  },
});
