import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { endOf, node } from './command.ts';
import { FAULT_KINDS } from './fault.ts';
import type { Report } from './report.ts';

/** A short run of what `npm run chaos` does for long. */
const COUNTS = ['--spills', '100', '--faults', '15', '--seed', '1', '--speed', '15'];

test('everything killed, cut off and poisoned: nothing lost, nothing double; and what is spoilt afterwards is found', {
  timeout: 600_000,
}, async () => {
  await using directory = await temporaryDirectory();
  const json = join(directory.path, 'chaos.json');
  const { code, output } = await endOf(node('test/chaos/main.ts', ...COUNTS, '--prove', '--json', json));
  // With what it said, for whoever looks for the reason.
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  const report = JSON.parse(await readFile(json, 'utf8')) as Report;
  expect(report).toMatchObject({
    lost: 0,
    duplicated: 0,
    disordered: 0,
    different: 0,
    alarmsLost: 0,
    alarmsDoubled: 0,
    unsettled: [],
  });
  expect(report.spills).toBe(100);
  expect(report.events).toBeGreaterThan(0);
  expect(report.alarms).toBeGreaterThan(20);
  const tried = [...Object.keys(report.faults), ...report.skipped.map(({ kind }) => kind)];
  expect(new Set(tried)).toEqual(new Set(FAULT_KINDS));
  for (const { kind, reason } of report.skipped) console.log(`skipped: ${kind}: ${reason}`);
});

test('numbers that make no sense are refused before anything starts', async () => {
  const { code, output } = await endOf(node('test/chaos/main.ts', '--nodes', '2'));
  expect({ code, output }).toEqual({ code: 2, output: '--nodes: "2"; accepted: 1, 3\n' });
});
