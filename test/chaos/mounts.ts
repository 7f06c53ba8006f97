import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How a process comes to a mount namespace of its own, in which it may mount; or why it does not. */
export type Mountable = { readonly within: readonly string[] } | { readonly reason: string };

const NAMESPACE = ['unshare', '--mount', '--propagation', 'private'] as const;

/** Tried, because what the rights say is not all there is: a container may forbid what root may do. */
export async function mountable(): Promise<Mountable> {
  const asOneself = process.getuid?.() === 0 ? [...NAMESPACE] : [...NAMESPACE, '--user', '--map-root-user'];
  const [program = '', ...args] = asOneself;
  try {
    await run(program, [...args, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'chaos', '/mnt']);
    return { within: asOneself };
  } catch (error) {
    const first = String(error instanceof Error ? error.message : error)
      .split('\n')
      .at(1);
    return { reason: `no file system can be mounted here: ${first ?? 'unshare failed'}` };
  }
}
