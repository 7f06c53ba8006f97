import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's package of Alertmanager, which has amtool. */
const PACKAGE = 'prometheus-alertmanager';
const CACHE = join(import.meta.dirname, '../../../.cache');

export interface Amtool {
  /** Its file, or its name where it is installed. */
  readonly path: string;
  /** Resolves to what it prints, rejects where it fails. */
  run(...args: string[]): Promise<{ readonly stdout: string }>;
}

/** Alertmanager's own client, from the system or fetched from Debian without being root; or why there is none. */
export async function findAmtool(): Promise<Amtool | string> {
  const home = join(CACHE, 'amtool');
  const fetched = join(home, 'usr/bin/amtool');
  for (const path of ['amtool', fetched]) if (await works(path)) return commandAt(path);
  try {
    await fetchInto(home);
    await access(fetched);
  } catch (error) {
    return `no amtool here, and none to be fetched: ${error instanceof Error ? error.message : String(error)}`;
  }
  return (await works(fetched)) ? commandAt(fetched) : 'the amtool fetched does not run here';
}

const commandAt = (path: string): Amtool => ({
  path,
  run: (...args) => run(path, args, { timeout: 20_000 }),
});

const works = (path: string): Promise<boolean> =>
  run(path, ['--version']).then(
    () => true,
    () => false,
  );

async function fetchInto(home: string): Promise<void> {
  const place = `${home}.${process.pid}`;
  await mkdir(join(place, 'lists/partial'), { recursive: true });
  const apt = (...args: string[]): Promise<unknown> =>
    run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', ...args], { cwd: place, timeout: 60_000 });
  try {
    try {
      await apt('download', PACKAGE);
    } catch {
      // Lean images come without package lists; lists of our own need no root.
      const lists = ['-o', `Dir::State::lists=${join(place, 'lists')}`];
      await apt('update', ...lists);
      await apt('download', PACKAGE, ...lists);
    }
    const archive = (await readdir(place)).find(name => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get download left no package');
    await run('dpkg-deb', ['-x', archive, 'root'], { cwd: place });
    await rm(home, { recursive: true, force: true });
    await rename(join(place, 'root'), home);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
