import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ERRORS } from '../../protocol/errors.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every quoted word in capitals of the sources, the table itself left out. */
async function quotedWords(): Promise<Set<string>> {
  const words = new Set<string>();
  for await (const path of glob('{actors,fixtures,protocol,runtime}/**/*.ts', { cwd: ROOT })) {
    if (path === join('protocol', 'errors.ts')) continue;
    const text = await readFile(join(ROOT, path), 'utf8');
    for (const [, word = ''] of text.matchAll(/'([A-Z][A-Z_]+)'/g)) words.add(word);
  }
  return words;
}

test('every error code of the table can happen: nobody writes a script for one that never comes', async () => {
  const used = await quotedWords();
  expect(Object.keys(ERRORS).filter(code => !used.has(code))).toEqual([]);
});
