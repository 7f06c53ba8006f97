import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { SpillwayError } from '../../../protocol/errors.ts';
import { fetchWithApt, type Unpacked } from './fetch-apt.ts';
import { fetchRelease } from './fetch-release.ts';
import { cachedBinary, findInCache, findOnPath, type NatsBinary, type Tried } from './find.ts';
import { OLDEST_NATS } from './version.ts';

export interface NatsSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Cache directories in order of preference; the first that can be written to takes a fetched server. */
  readonly caches?: readonly string[];
}

/** Tried in this order: the archive the machine trusts already, then the release itself. */
const SOURCES = [fetchWithApt, fetchRelease];

const PROJECT_CACHE = resolve(import.meta.dirname, '../../../.cache/nats');

/** `.cache/nats` of the project, then `spillway/nats` of the user's cache (XDG base directories). */
export const defaultCaches = (env: NatsSearch['env']): readonly string[] => [
  PROJECT_CACHE,
  join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'spillway', 'nats'),
];

/**
 * A nats-server of at least 2.10: from PATH, else from the cache, else fetched into the cache.
 * @throws SpillwayError NATS_SERVER_UNAVAILABLE with everything that was tried and how to install one.
 */
export async function findNatsServer(search: NatsSearch): Promise<NatsBinary> {
  const caches = search.caches ?? defaultCaches(search.env);
  const onPath = await findOnPath(search.env['PATH']);
  if (!isTried(onPath)) return onPath;
  const cached = await firstInCaches(caches);
  if (cached) return cached;
  return fetchInto(caches, onPath, search);
}

const isTried = (found: object): found is Tried => Array.isArray(found);

async function firstInCaches(caches: readonly string[]): Promise<NatsBinary | undefined> {
  for (const cache of caches) {
    const found = await findInCache(cache);
    if (found) return found;
  }
  return undefined;
}

async function fetchInto(
  caches: readonly string[],
  triedBefore: Tried,
  { log, signal }: NatsSearch,
): Promise<NatsBinary> {
  const { cache, scratch } = await makeScratch(caches);
  try {
    log.info('fetching nats-server, once');
    const tried = [...triedBefore];
    for (const fetchFrom of SOURCES) {
      const result = await fetchFrom(scratch, signal);
      if (!isTried(result)) return await keep(result, cache);
      tried.push(...result);
    }
    throw unavailable(tried);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Put in place by a rename within one file system: two first starts at once both end with a whole file. */
async function keep(unpacked: Unpacked, cache: string): Promise<NatsBinary> {
  const path = cachedBinary(cache, unpacked.version);
  const staged = `${unpacked.path}.staged`;
  await copyFile(unpacked.path, staged);
  await chmod(staged, 0o755);
  await rename(staged, path);
  return { path, version: unpacked.version, origin: 'fetched' };
}

async function makeScratch(caches: readonly string[]): Promise<{ cache: string; scratch: string }> {
  const refused: unknown[] = [];
  for (const cache of caches) {
    try {
      await mkdir(cache, { recursive: true });
      return { cache, scratch: await mkdtemp(join(cache, 'fetch-')) };
    } catch (error) {
      refused.push(error);
    }
  }
  throw new SpillwayError('NATS_SERVER_UNAVAILABLE', `no cache can be written to: ${caches.join(', ')}`, {
    cause: new AggregateError(refused),
  });
}

const unavailable = (tried: Tried): SpillwayError =>
  new SpillwayError(
    'NATS_SERVER_UNAVAILABLE',
    [
      `no nats-server of version ${OLDEST_NATS} or newer:`,
      ...tried.map(line => `  - ${line}`),
      'Install one so that `nats-server --version` works (Debian 13, Ubuntu: apt install nats-server; macOS: brew install nats-server),',
      'or name a running server in the configuration.',
    ].join('\n'),
  );
