import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's packages of the command and of its libraries; the library's name changed after bookworm. */
const COMMAND_PACKAGE = 'libxmlrpc-core-c3-dev';
const LIBRARY_PACKAGES = ['libxmlrpc-core-c3t64', 'libxmlrpc-core-c3'];
const CACHE = join(import.meta.dirname, '../../../../.cache');

/** Makes a call with xmlrpc-c's own client; resolves to what it prints, rejects where it fails. */
export type XmlRpcC = (...args: string[]) => Promise<{ readonly stdout: string }>;

/** xmlrpc-c's `xmlrpc` command, from the system or fetched from Debian without being root; or why there is none. */
export async function findXmlRpcC(): Promise<XmlRpcC | string> {
  const installed: XmlRpcC = (...args) => run('xmlrpc', args);
  if (await works(installed)) return installed;
  const home = join(CACHE, 'xmlrpc-c');
  const fetched = await commandIn(home);
  if (fetched !== undefined) return fetched;
  try {
    await fetchInto(home);
  } catch (error) {
    return `no xmlrpc command here, and none to be fetched: ${error instanceof Error ? error.message : String(error)}`;
  }
  return (await commandIn(home)) ?? 'the xmlrpc command fetched does not run here';
}

/** Without arguments it only complains, in its own words. */
async function works(command: XmlRpcC): Promise<boolean> {
  try {
    await command();
    return false;
  } catch (error) {
    return (
      error instanceof Error && 'stderr' in error && String(error.stderr).includes('Not enough arguments')
    );
  }
}

async function commandIn(home: string): Promise<XmlRpcC | undefined> {
  const path = join(home, 'usr/bin/xmlrpc');
  try {
    await access(path);
  } catch {
    return undefined;
  }
  const libraries = join(home, 'usr/lib');
  const folders = (await readdir(libraries)).map(name => join(libraries, name));
  const env = { ...process.env, LD_LIBRARY_PATH: folders.join(':') };
  const command: XmlRpcC = (...args) => run(path, args, { env });
  return (await works(command)) ? command : undefined;
}

async function fetchInto(home: string): Promise<void> {
  const place = `${home}.${process.pid}`;
  await mkdir(join(place, 'lists/partial'), { recursive: true });
  try {
    await download(place);
    for (const name of await readdir(place)) {
      if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', name, 'root'], { cwd: place });
    }
    await rm(home, { recursive: true, force: true });
    await rename(join(place, 'root'), home);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function download(place: string): Promise<void> {
  const apt = (...args: string[]): Promise<unknown> =>
    run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', ...args], { cwd: place, timeout: 60_000 });
  const attempt = async (...options: string[]): Promise<void> => {
    await apt('download', COMMAND_PACKAGE, ...options);
    const tries = LIBRARY_PACKAGES.map(name => () => apt('download', name, ...options));
    await tries[0]?.().catch(() => tries[1]?.());
  };
  try {
    await attempt();
  } catch {
    // Lean images come without package lists; lists of our own need no root.
    const lists = ['-o', `Dir::State::lists=${join(place, 'lists')}`];
    await apt('update', ...lists);
    await attempt(...lists);
  }
}
