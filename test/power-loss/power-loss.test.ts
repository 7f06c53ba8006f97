import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { whyNoCut } from './disk.ts';

const Report = z.object({
  tallies: z.array(
    z.object({
      component: z.string(),
      promised: z.boolean(),
      acknowledged: z.number(),
      lost: z.number(),
      doubled: z.number(),
    }),
  ),
});

test('what was acknowledged before a power cut is there after it, once: streams, beam files, rows', async ({
  skip,
}) => {
  const reason = whyNoCut();
  if (reason !== undefined) skip(reason);
  await using directory = await temporaryDirectory();
  const json = join(directory.path, 'report.json');
  const command = [join(import.meta.dirname, 'main.ts'), '--cuts', '1', '--promised', '--json', json];
  await promisify(execFile)(process.execPath, command);
  const { tallies } = Report.parse(JSON.parse(await readFile(json, 'utf8')));
  const kept = tallies.filter(({ promised }) => promised);
  expect(kept.map(({ component }) => component)).toEqual(['JetStream', 'rotorooter', 'store, rows']);
  for (const { component, acknowledged, lost, doubled } of kept) {
    expect([component, lost, doubled]).toEqual([component, 0, 0]);
    expect(acknowledged).toBeGreaterThan(0);
  }
});
