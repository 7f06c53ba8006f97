import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inputOf } from './inputs.ts';
import { judge } from './target.ts';
import { targets } from './targets.ts';

/** A short run of what `npm run fuzz` does for long. */
const INPUTS = 300;

test.each(targets)(
  '$name takes or refuses whatever comes, and what it takes comes back the same',
  async target => {
    const seeds = await target.seeds();
    for (const seed of seeds) expect(judge(target, seed)).toEqual({ kind: 'accepted' });
    let accepted = 0;
    for (let index = 0; index < INPUTS; index++) {
      const verdict = judge(target, inputOf(target, seeds, 20_261_121, index));
      expect(verdict, `input ${index}`).not.toMatchObject({ kind: 'finding' });
      if (verdict.kind === 'accepted') accepted++;
    }
    expect(accepted, 'inputs that get through the parser').toBeGreaterThan(0);
  },
);

const found = new URL('./found/', import.meta.url);
const fixtures = readdirSync(found, { recursive: true, encoding: 'utf8' }).filter(name =>
  name.endsWith('.bin'),
);

test.each(fixtures)('%s, which once did harm, does none', file => {
  const target = targets.find(({ name }) => file.startsWith(`${name}/`));
  if (!target) throw new Error(`${file} is of no target`);
  expect(judge(target, readFileSync(new URL(file, found)))).not.toMatchObject({ kind: 'finding' });
});
