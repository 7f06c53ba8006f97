import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { SpillwayError } from '../../../protocol/errors.ts';
import { hashPassword } from '../../auth/password.ts';
import { digestOfToken, newToken } from '../../auth/token.ts';
import { ExitCode } from '../../command.ts';
import type { AuthVerb } from './verb.ts';

/** Long enough that the cost of a guess counts (NIST SP 800-63B section 5.1.1.2). */
const SHORTEST = 8;

export const hashVerb = (stdin: NodeJS.ReadableStream): AuthVerb => ({
  name: 'hash',
  async run(args, { stdout }) {
    parseArgs({ args: [...args], options: {} });
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

export const tokenVerb: AuthVerb = {
  name: 'token',
  async run(args, { stdout }) {
    parseArgs({ args: [...args], options: {} });
    const token = newToken();
    stdout.write(`token: ${token}\ndigest: ${digestOfToken(token)}\n`);
    return ExitCode.ok;
  },
};
