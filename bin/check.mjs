// `npm run check`: types, lint and format. Runs all of them and names those that failed.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './bootstrap.mjs';

const CHECKS = {
  types: ['tsc', '-p', '.'],
  'types of the shift page': ['tsc', '-p', 'web'],
  'types of its tests': ['tsc', '-p', 'test/web'],
  lint: ['oxlint', '--type-aware', '--deny-warnings'],
  format: ['biome', 'check', '--error-on-warnings'],
};

const failed = Object.entries(CHECKS).filter(([name, [tool, ...args]]) => {
  const started = performance.now();
  const { status } = spawnSync(join(root, 'node_modules', '.bin', tool), args, {
    cwd: root,
    stdio: 'inherit',
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${name}: ${status === 0 ? 'ok' : 'failed'} (${seconds} s)`);
  return status !== 0;
});

if (failed.length > 0) {
  console.error(`\nfailed: ${failed.map(([name]) => name).join(', ')}`);
  process.exitCode = 1;
}
