import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import {
  type AptSource,
  ownArchive,
  parseDeb822,
  parseOneLine,
  renderSource,
  suitesToTry,
} from './apt-sources.ts';
import type { Tried } from './find.ts';
import { atLeast, natsVersionOf, OLDEST_NATS } from './version.ts';

const run = promisify(execFile);

/** An executable in a scratch directory, ready to be moved into the cache. */
export interface Unpacked {
  readonly path: string;
  readonly version: string;
}

async function machineSources(): Promise<AptSource[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = await readdir(folder).catch(() => []);
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  const parts = await Promise.all(
    names
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map(async name => {
        if (name.endsWith('.sources')) return parseDeb822(await read(join(folder, name)));
        return name.endsWith('.list') ? parseOneLine(await read(join(folder, name))) : [];
      }),
  );
  return [...parseOneLine(await read('/etc/apt/sources.list')), ...parts.flat()];
}

/** The path at the end of `dpkg-deb -x`, wherever the package puts its server. */
const BINARY_PLACES = ['usr/sbin/nats-server', 'usr/bin/nats-server'];

/**
 * Gets a nats-server from the Debian-like archive this machine already uses, without root and without
 * touching the system: apt works on its own sources, lists and cache in `scratch`, and the package is only
 * unpacked. Signatures are checked as always.
 */
export async function fetchWithApt(scratch: string, signal: AbortSignal): Promise<Unpacked | Tried> {
  const release = parseEnv(await readFile('/etc/os-release', 'utf8').catch(() => ''));
  const codename = release['VERSION_CODENAME'];
  const id = release['ID'];
  if (codename === undefined || id === undefined) return ['apt: not a Debian-like system'];
  const archive = ownArchive(await machineSources(), codename);
  if (archive === undefined) return [`apt: no package source for ${codename} is configured`];

  const tried: string[] = [];
  for (const suite of suitesToTry(id, codename)) {
    const place = join(scratch, suite);
    try {
      const unpacked = await fetchFromSuite(archive, suite, place, signal);
      if (unpacked !== undefined && atLeast(unpacked.version, OLDEST_NATS)) return unpacked;
      tried.push(
        unpacked === undefined
          ? `apt: the server of ${suite} does not run here`
          : `apt: ${suite} has ${unpacked.version}, older than ${OLDEST_NATS}`,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (isMissingProgram(error)) return [`apt: ${String(error.path)} is not installed`];
      tried.push(`apt: ${suite}: ${lastErrorLine(error)}`);
    }
  }
  return tried;
}

async function fetchFromSuite(
  archive: AptSource,
  suite: string,
  place: string,
  signal: AbortSignal,
): Promise<Unpacked | undefined> {
  const lists = join(place, 'lists');
  const cache = join(place, 'cache');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  const sourceList = join(place, 'spillway.sources');
  await writeFile(sourceList, renderSource(archive, suite));

  const options = [
    `Dir::Etc::sourcelist=${sourceList}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${lists}`,
    `Dir::Cache=${cache}`,
    // As root, apt would drop to its own user, who may not enter our directory.
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=2',
    'Acquire::http::Timeout=20',
    'Acquire::https::Timeout=20',
    'APT::Update::Error-Mode=any',
  ].flatMap(option => ['-o', option]);
  const environment = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const call = { cwd: place, env: environment, signal, timeout: 180_000 };
  await run('apt-get', ['update', '-q', ...options], call);
  await run('apt-get', ['download', '-q', 'nats-server', ...options], call);

  const archiveFile = (await readdir(place)).find(name => name.endsWith('.deb'));
  if (archiveFile === undefined) throw new Error('apt-get download left no package');
  await run('dpkg-deb', ['-x', archiveFile, 'unpacked'], call);
  for (const inside of BINARY_PLACES) {
    const path = join(place, 'unpacked', inside);
    const version = await natsVersionOf(path);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

const isMissingProgram = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error;

/** apt's own `E:` line says more than "command failed". */
function lastErrorLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stderr = 'stderr' in error ? String(error.stderr) : '';
  const lines = stderr.split('\n').filter(line => /^[EW]:/.test(line));
  return lines.at(-1) ?? error.message.split('\n')[0] ?? error.message;
}
