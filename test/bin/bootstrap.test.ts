import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const LOCK = { packages: { '': {}, 'node_modules/one': { version: '1.0.0' } } };

/** Stands in for npm: says that it ran and, if `works`, leaves what the real one leaves. */
const pretendNpm = (works: boolean) => `#!/bin/sh
echo "$@" >> npm.log
${works ? 'mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json' : 'exit 1'}
`;

/** A project of our own `bin/` and a small main.ts, in a directory whose name has a blank. */
async function project(options: { npmWorks: boolean }) {
  const directory = await temporaryDirectory();
  const root = join(directory.path, 'a project');
  const tools = join(directory.path, 'tools');
  await mkdir(tools);
  await cp('bin', join(root, 'bin'), { recursive: true });
  await cp('runtime/supervisor/guard.sh', join(root, 'runtime/supervisor/guard.sh'));
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await writeFile(join(root, 'package-lock.json'), JSON.stringify(LOCK));
  await writeFile(
    join(root, 'main.ts'),
    `const words: readonly string[] = process.argv.slice(2);
     console.log(JSON.stringify(words));
     process.exitCode = Number(words[0]);`,
  );
  await writeFile(join(tools, 'npm'), pretendNpm(options.npmWorks));
  await chmod(join(tools, 'npm'), 0o755);
  await symlink(process.execPath, join(tools, 'node'));
  const PATH = `${tools}:/usr/bin:/bin`;
  return {
    root,
    start: (...args: string[]) =>
      new Promise<{ code: unknown; stdout: string; stderr: string }>(resolve => {
        execFile(join(root, 'bin/spillway.mjs'), args, { env: { PATH } }, (error, stdout, stderr) =>
          resolve({ code: error?.code ?? 0, stdout, stderr }),
        );
      }),
    npmCalls: async () => (await readFile(join(root, 'npm.log'), 'utf8')).trim().split('\n'),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

test('the first start installs, the second does not, and both hand over arguments and exit code', async () => {
  await using spillway = await project({ npmWorks: true });
  expect(await spillway.start('7', 'two words')).toMatchObject({ code: 7, stdout: '["7","two words"]\n' });
  expect(await spillway.start('0')).toEqual({ code: 0, stdout: '["0"]\n', stderr: '' });
  expect(await spillway.npmCalls()).toHaveLength(1);
});

test('two first starts at once install once', async () => {
  await using spillway = await project({ npmWorks: true });
  const both = await Promise.all([spillway.start('0'), spillway.start('0')]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await spillway.npmCalls()).toHaveLength(1);
});

test('an installation that died half-way does not block the next one', async () => {
  await using spillway = await project({ npmWorks: true });
  await mkdir(join(spillway.root, '.cache'));
  // Pids stay below 2^22 on Linux, so nobody has this one.
  await writeFile(join(spillway.root, '.cache/install.lock'), '99999999');
  expect(await spillway.start('0')).toMatchObject({ code: 0 });
});

test('a lock file that changed is installed anew', async () => {
  await using spillway = await project({ npmWorks: true });
  await spillway.start('0');
  const newer = { packages: { ...LOCK.packages, 'node_modules/one': { version: '1.0.1' } } };
  await writeFile(join(spillway.root, 'package-lock.json'), JSON.stringify(newer));
  await spillway.start('0');
  expect(await spillway.npmCalls()).toHaveLength(2);
});

test('packages of other systems and, for running, of development may be missing', async () => {
  await using spillway = await project({ npmWorks: true });
  await spillway.start('0');
  const more = {
    packages: {
      ...LOCK.packages,
      'node_modules/elsewhere': { version: '1.0.0', optional: true },
      'node_modules/tests': { version: '1.0.0', dev: true },
    },
  };
  await writeFile(join(spillway.root, 'package-lock.json'), JSON.stringify(more));
  await spillway.start('0');
  expect(await spillway.npmCalls()).toHaveLength(1);
});

test('an installation that fails says what to do, without a stack trace', async () => {
  await using spillway = await project({ npmWorks: false });
  const { code, stderr } = await spillway.start('0');
  expect(code).toBe(3);
  expect(stderr).toContain('could not be installed');
  expect(stderr).not.toContain('    at ');
});
