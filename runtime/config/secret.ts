import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { keepSecret } from '../log.ts';
import { filePath } from './file-path.ts';

/** A secret, named by where it is: `{ env: NAME }` or `{ file: PATH }`. Never written into the file itself. */
export const secret = () =>
  z
    .union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: filePath() })])
    .transform((place, context) => {
      const value = 'env' in place ? process.env[place.env] : readOrUndefined(place.file);
      if (value !== undefined && value !== '') return keepSecret(value);
      const where = 'env' in place ? `environment variable ${place.env}` : `file ${place.file}`;
      context.addIssue({ code: 'custom', message: `the secret is not there: ${where} is missing or empty` });
      return z.NEVER;
    })
    .describe('where the secret is: { env: NAME } or { file: PATH }');

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
