import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const run = promisify(execFile);

/**
 * A disk whose power can be cut: ext4, with the options it has by default, in a file of its own.
 *
 * A cut is `EXT4_IOC_SHUTDOWN` with `EXT4_GOING_FLAGS_NOLOGFLUSH` (Linux, include/uapi/linux/ext4.h), with which the kernel's own tests play
 * power loss: from then on nothing reaches the disk, neither cached pages nor the journal's open transaction. What had been written back by
 * then is there afterwards, after the journal was replayed; everything else has never been. It does not play a disk that lies about its
 * own cache.
 */
export interface CuttableDisk extends AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string;
  /** Resolves when nothing can reach the disk any more; whoever has files there meets EIO. */
  cut(): Promise<void>;
  /** Power is back. Nobody may have files open there. */
  restore(): Promise<void>;
}

/** Opens the directory, waits for a line, and cuts: what is waited for is only the ioctl and not the start of a process. */
const CUTTER = `
  open(my $top, "<", $ARGV[0]) or die "$ARGV[0]: $!";
  $| = 1; print "armed\\n"; <STDIN> // exit 0;
  my $how = pack("I", 2); ioctl($top, 0x8004587d, $how) or die "shutdown: $!"; print "cut\\n";`;

/** Why no power can be cut here; undefined where it can. */
export function whyNoCut(): string | undefined {
  if (process.platform !== 'linux') return 'cutting the power needs Linux';
  if (process.getuid?.() !== 0) return 'cutting the power needs root, for a disk of its own';
  for (const tool of ['mkfs.ext4', 'perl', 'mount', 'unshare'])
    try {
      execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    } catch {
      return `cutting the power needs ${tool}`;
    }
  try {
    accessSync('/dev/loop-control', constants.W_OK);
    return undefined;
  } catch {
    return 'cutting the power needs /dev/loop-control';
  }
}

/** An empty one. Mounts must be this process's own (`unshare --mount`), so that none outlives it. */
export async function cuttableDisk(megabytes: number): Promise<CuttableDisk> {
  const directory = await temporaryDirectory();
  const image = join(directory.path, 'image');
  const path = join(directory.path, 'disk');
  await mkdir(path);
  await writeFile(image, '');
  await truncate(image, megabytes * 1024 ** 2);
  await run('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
  let cutter: ChildProcess;
  const mount = async () => {
    await run('mount', ['-o', 'loop', image, path]);
    cutter = spawn('perl', ['-e', CUTTER, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(cutter.stdout ?? cutter, 'data');
  };
  const unmount = async () => {
    cutter.kill();
    if (cutter.exitCode === null && cutter.signalCode === null) await once(cutter, 'exit');
    await run('umount', [path]);
  };
  await mount();
  return {
    path,
    async cut() {
      cutter.stdin?.write('\n');
      await once(cutter, 'exit');
      if (cutter.exitCode !== 0) throw new Error('the power could not be cut');
    },
    async restore() {
      await unmount();
      await mount();
    },
    async [Symbol.asyncDispose]() {
      await unmount();
      await directory[Symbol.asyncDispose]();
    },
  };
}
