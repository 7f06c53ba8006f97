import { readdir, readFile, readlink } from 'node:fs/promises';

/** Addresses, `0100007F:1F90` as the kernel writes them, at which a process of Linux and those below it listen, with the process. */
export async function listening(root: number): Promise<{ readonly address: string; readonly pid: number }[]> {
  const addresses = new Map((await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(addressesIn))).flat());
  const found = [];
  for (const pid of await processesBelow(root))
    for (const inode of await socketsOf(pid)) {
      const address = addresses.get(inode);
      if (address !== undefined) found.push({ address, pid });
    }
  return found;
}

/** Of sockets that listen, by inode: state 0A (proc_pid_net(5)). */
const addressesIn = async (table: string): Promise<[string, string][]> =>
  (await readFile(table, 'utf8').catch(() => ''))
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[3] === '0A')
    .map(fields => [fields[9] ?? '', fields[1] ?? '']);

async function processesBelow(root: number): Promise<number[]> {
  const all = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const parents = new Map(await Promise.all(all.map(async pid => [pid, await parentOf(pid)] as const)));
  const below = new Set([root]);
  for (let before = 0; before < below.size; ) {
    before = below.size;
    for (const [pid, parent] of parents) if (parent !== undefined && below.has(parent)) below.add(pid);
  }
  return [...below];
}

/** The name in parentheses may hold anything; the parent comes second after it (proc_pid_stat(5)). */
const parentOf = async (pid: number): Promise<number | undefined> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const parent = text.slice(text.lastIndexOf(')') + 2).split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
};

async function socketsOf(pid: number): Promise<string[]> {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(fds.map(fd => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}
