import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { keepSecret } from '../log.ts';
import { filePath } from './file-path.ts';

/**
 * A secret, named by where it is: `{ env: NAME }`, `{ file: PATH }`, or `{ credential: NAME }`, which is what systemd gave this process
 * (systemd.exec(5), `LoadCredential=`). Never written into the file itself.
 */
export const secret = () =>
  z
    .union([
      z.strictObject({ env: z.string().min(1) }),
      z.strictObject({ file: filePath() }),
      z.strictObject({ credential: z.string().regex(/^[\w.-]+$/) }),
    ])
    .transform((place, context) => {
      const value = 'env' in place ? process.env[place.env] : readOrUndefined(pathOf(place));
      if (value !== undefined && value !== '') return keepSecret(value);
      const where = 'env' in place ? `environment variable ${place.env}` : `file ${pathOf(place)}`;
      context.addIssue({ code: 'custom', message: `the secret is not there: ${where} is missing or empty` });
      return z.NEVER;
    })
    .describe('where the secret is: { env: NAME }, { file: PATH } or { credential: NAME }');

const pathOf = (place: { readonly file: string } | { readonly credential: string }): string =>
  'file' in place
    ? place.file
    : join(process.env['CREDENTIALS_DIRECTORY'] ?? '/run/credentials', place.credential);

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
