import { open, readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { isAlive, startTimeOf } from '../../runtime/supervisor/process-table.ts';
import { isMissing, replaceFile } from './durable.ts';

/** `lock.<pid>-<random number>` */
const CLAIM = /^lock\.\d+-\d+$/;

/** In place of a start time where the system does not tell it. */
const UNKNOWN = 'unknown';

const Claim = z.strictObject({
  host: z.string(),
  pid: z.int(),
  /** Start time: tells a process from a later one of the same pid. */
  started: z.string(),
});

/**
 * Holds a directory for this process until disposed of.
 *
 * Every daemon puts down a claim of its own, `lock.<pid>-<number>`, and only then looks for others: of two that
 * start at once at least one sees the other and gives up, and none ever removes a file that another may have
 * just renewed. Claims of processes that are gone are removed. A claim of another host is respected always, since nothing
 * here can tell whether that process lives.
 * @throws SpillwayError DIRECTORY_LOCKED naming the holder and the file to remove if it is wrong.
 */
export async function lockDirectory(directory: string, random: () => number): Promise<AsyncDisposable> {
  const started = (await startTimeOf(process.pid)) ?? UNKNOWN;
  const own = `lock.${process.pid}-${Math.floor(random() * 2 ** 32)}`;
  const path = join(directory, own);
  const claim: z.infer<typeof Claim> = { host: hostname(), pid: process.pid, started };
  await replaceFile(path, JSON.stringify(claim), open);
  const release = { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
  try {
    for (const name of await readdir(directory)) {
      if (!CLAIM.test(name) || name === own) continue;
      const holder = await holderOf(join(directory, name));
      if (holder) throw locked(directory, name, holder);
      await rm(join(directory, name), { force: true });
    }
  } catch (thrown) {
    await release[Symbol.asyncDispose]();
    throw thrown;
  }
  return release;
}

/** Who holds the claim; undefined when that process is gone. */
async function holderOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(isMissing);
  if (text === undefined) return undefined;
  const claim = Claim.safeParse(JSON.parse(text));
  if (!claim.success) return 'a claim this version cannot read';
  const { host, pid, started } = claim.data;
  const who = `process ${pid} on ${host}`;
  if (host !== hostname()) return who;
  const alive = started === UNKNOWN ? isAlive(pid) : (await startTimeOf(pid)) === started;
  return alive ? who : undefined;
}

const locked = (directory: string, name: string, holder: string): SpillwayError =>
  new SpillwayError(
    'DIRECTORY_LOCKED',
    `${holder} writes into ${directory}; remove ${join(directory, name)} only if that is certainly not so`,
  );
