import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { SpillwayError } from '../../protocol/errors.ts';
import { hashPassword } from '../../runtime/auth/password.ts';
import { digestOfToken, newToken } from '../../runtime/auth/token.ts';
import { type Command, ExitCode } from '../../runtime/command.ts';

const HELP = `Usage: spillway auth hash < PASSWORD
       spillway auth token

Makes what stands in the gateway's section of the configuration for a user or a program. Nothing is kept here.

  hash    reads a password from standard input and prints its hash, for \`password\` of a user
  token   makes a bearer token for a program: prints the token, which nobody can find out again, and its \`digest\`

Exit codes: 0 done, 2 command line, or no password.

Example: spillway auth hash < password.txt`;

/** Long enough that the cost of a guess counts (NIST SP 800-63B section 5.1.1.2). */
const SHORTEST = 8;

/** Makes password hashes and tokens. @param stdin stands in for the process's own */
export const authCommand = (stdin: NodeJS.ReadableStream = process.stdin): Command => ({
  help: HELP,
  async run(args, { stdout }) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const [word, ...others] = positionals;
    if ((word !== 'hash' && word !== 'token') || others.length > 0)
      throw new SpillwayError('USAGE', 'say what to make: hash, token; see --help');
    if (word === 'token') {
      const token = newToken();
      stdout.write(`token: ${token}\ndigest: ${digestOfToken(token)}\n`);
      return ExitCode.ok;
    }
    const password = (await text(stdin)).replace(/\r?\n$/, '');
    if (password.length < SHORTEST)
      throw new SpillwayError(
        'USAGE',
        `give a password of at least ${SHORTEST} characters on standard input`,
      );
    stdout.write(`${await hashPassword(password)}\n`);
    return ExitCode.ok;
  },
});
