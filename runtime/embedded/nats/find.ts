import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { atLeast, natsVersionOf, OLDEST_NATS } from './version.ts';

/** A nats-server that runs here and is new enough. */
export interface NatsBinary {
  readonly path: string;
  readonly version: string;
  readonly origin: 'PATH' | 'cache' | 'fetched';
}

/** What was looked at and why it would not do: for the error message. */
export type Tried = readonly string[];

/** The first nats-server on PATH that is new enough. */
export async function findOnPath(path: string | undefined): Promise<NatsBinary | Tried> {
  const tried: string[] = [];
  for (const directory of (path ?? '').split(delimiter).filter(Boolean)) {
    const binary = join(directory, 'nats-server');
    const version = await natsVersionOf(binary);
    if (version === undefined) continue;
    if (atLeast(version, OLDEST_NATS)) return { path: binary, version, origin: 'PATH' };
    tried.push(`${binary} is ${version}, older than ${OLDEST_NATS}`);
  }
  return tried.length > 0 ? tried : ['no nats-server on PATH'];
}

/** Where fetched servers lie: `<cache>/nats-server-<version>`, put there whole by a rename. */
export const cachedBinary = (cache: string, version: string): string => join(cache, `nats-server-${version}`);

/** The newest nats-server in the cache that runs here. */
export async function findInCache(cache: string): Promise<NatsBinary | undefined> {
  const names = await readdir(cache).catch(() => []);
  const versions = names
    .flatMap(name => /^nats-server-(\d+\.\d+\.\d+)$/.exec(name)?.[1] ?? [])
    .filter(version => atLeast(version, OLDEST_NATS))
    .toSorted((a, b) => (atLeast(a, b) ? -1 : 1));
  for (const version of versions) {
    const path = cachedBinary(cache, version);
    if ((await natsVersionOf(path)) === version) return { path, version, origin: 'cache' };
  }
  return undefined;
}
