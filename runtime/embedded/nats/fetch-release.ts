import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Unpacked } from './fetch-apt.ts';
import type { Tried } from './find.ts';
import { natsVersionOf } from './version.ts';

const run = promisify(execFile);

/** One release of the server, with the SHA-256 of its archives. */
export interface Release {
  /** Directory of the archives; `<archive>.tar.gz` is appended. */
  readonly url: string;
  readonly version: string;
  /** By `<process.platform>-<process.arch>`: the archive's name without `.tar.gz`, and its digest in hexadecimal. */
  readonly archives: Readonly<Record<string, { readonly name: string; readonly sha256: string }>>;
}

/**
 * Digests: nats-io/nats-docker, `2.14.x/alpine3.22/Dockerfile`, commit "Releases v2.14.5, v2.12.15" (2026-08-12), which the
 * server's own maintainers write for each release. It lists Linux only, so other systems have no pinned archive.
 */
export const PINNED_RELEASE: Release = {
  url: 'https://github.com/nats-io/nats-server/releases/download/v2.14.5',
  version: '2.14.5',
  archives: {
    'linux-x64': {
      name: 'nats-server-v2.14.5-linux-amd64',
      sha256: '5e3b603d47c447bda1f77f9ac16dbf91c90aac4ff3681f8fbbc7201e4ed99355',
    },
    'linux-arm64': {
      name: 'nats-server-v2.14.5-linux-arm64',
      sha256: '673a98d3faa79dde3f9ebf16d6dfac36a5f694e7ad2015e4954dd7939c85cd4c',
    },
  },
};

/** Gets the pinned release archive; one whose digest differs by a bit is not even unpacked. */
export async function fetchRelease(
  scratch: string,
  signal: AbortSignal,
  release: Release = PINNED_RELEASE,
): Promise<Unpacked | Tried> {
  const system = `${process.platform}-${process.arch}`;
  const archive = release.archives[system];
  if (archive === undefined) return [`release archive: none with a known checksum for ${system}`];
  const url = `${release.url}/${archive.name}.tar.gz`;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(180_000)]) });
    if (!response.ok) return [`release archive: ${url}: HTTP ${response.status}`];
    const bytes = Buffer.from(await response.arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== archive.sha256)
      return [`release archive: ${url} has SHA-256 ${sha256}, but ${archive.sha256} is pinned`];

    const place = join(scratch, 'release');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'archive.tar.gz'), bytes);
    await run('tar', ['-xzf', 'archive.tar.gz'], { cwd: place, signal });
    const path = join(place, archive.name, 'nats-server');
    const version = await natsVersionOf(path);
    return version === undefined
      ? [`release archive: ${url}: its server does not run here`]
      : { path, version };
  } catch (error) {
    signal.throwIfAborted();
    return [`release archive: ${url}: ${reason(error)}`];
  }
}

/** `fetch failed` hides what failed in its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
