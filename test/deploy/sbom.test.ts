import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as CycloneDx from '@cyclonedx/cyclonedx-library';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../helpers/spillway.ts';

const run = promisify(execFile);
const Bom = z.looseObject({
  components: z.array(z.looseObject({ name: z.string(), version: z.string() })),
  metadata: z.looseObject({ component: z.looseObject({ name: z.string() }) }),
});

let text: string;
const made = async () =>
  (await run(process.execPath, [join(ROOT, 'deploy', 'sbom.ts')], { maxBuffer: 64 * 1024 ** 2 })).stdout;
beforeAll(async () => {
  text = await made();
});

test('the bill of materials is CycloneDX to the letter', async () => {
  const validator = new CycloneDx.Validation.JsonStrictValidator(CycloneDx.Spec.Version.v1dot5);
  expect(await validator.validate(text)).toBeNull();
});

test('it names every package that runs, and what comes with them, and nothing of the tests', async () => {
  const { components, metadata } = Bom.parse(JSON.parse(text));
  const { dependencies, optionalDependencies, devDependencies } = z
    .object({
      dependencies: z.record(z.string(), z.string()),
      optionalDependencies: z.record(z.string(), z.string()),
      devDependencies: z.record(z.string(), z.string()),
    })
    .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const needed = Object.entries({ ...dependencies, ...optionalDependencies }).map(pair => pair.join('@'));
  expect(needed.filter(one => !listed.has(one))).toEqual([]);
  const names = components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['ClickHouse', 'node', 'nats-server']));
  for (const name of Object.keys(devDependencies).filter(name => ['vitest', 'typescript'].includes(name)))
    expect(names).not.toContain(name);
  expect(metadata.component.name).toBe('spillway');
});

test('it is the same each time, so that a difference is a change', async () => {
  expect(await made()).toBe(text);
});
