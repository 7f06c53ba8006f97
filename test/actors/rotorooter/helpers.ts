import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { RotorooterConfig } from '../../../actors/rotorooter/config.ts';
import { type Daemon, type DaemonOptions, startDaemon } from '../../../actors/rotorooter/daemon.ts';
import type { OpenFile } from '../../../actors/rotorooter/durable.ts';
import {
  type BeamRecord,
  encodeRecord,
  type Scan,
  scanRecords,
} from '../../../protocol/raw-block/raw-block.ts';
import { RotorooterLink } from '../../../runtime/rotorooter-client.ts';

/** 2005-05-20T19:44:00Z, when MINOS took its first low-energy beam (numi.md 4.4). */
export const FIRST_BEAM = Date.UTC(2005, 4, 20, 19, 44) / 1000;
export const SOURCE = 'SPILL@1116618240000';

/** A record whose spill count is its sequence, so that files can be compared with what was sent. */
export function recordOf(
  sequence: number,
  changes: Partial<BeamRecord> = {},
): { sequence: number; bytes: Uint8Array } {
  const time = { seconds: FIRST_BEAM + sequence * 2, nanoseconds: 0 };
  const device = { name: 'E:TRTGTD', kind: 'float', seconds: time.seconds, milliseconds: 7 } as const;
  const values = Array.from({ length: 1 + (sequence % 50) }, (_, index) => sequence + index / 8);
  const record: BeamRecord = {
    simulated: true,
    detector: 'near',
    time,
    spillCount: sequence,
    inOut: 'in',
    devices: [{ ...device, values }],
    ...changes,
  };
  return { sequence, bytes: encodeRecord(record, { minor: 2 }) };
}

export const recordsOf = (first: number, last: number): { sequence: number; bytes: Uint8Array }[] =>
  Array.from({ length: last - first + 1 }, (_, index) => recordOf(first + index));

export const optionsFor = (directory: string, changes: Partial<DaemonOptions> = {}): DaemonOptions => ({
  ...RotorooterConfig.parse({ port: 0 }),
  directory,
  log: pino({ level: 'silent' }),
  clock: Date.now,
  random: Math.random,
  ...changes,
});

export const daemonIn = (directory: string, changes: Partial<DaemonOptions> = {}): Promise<Daemon> =>
  startDaemon(optionsFor(directory, changes));

export const linkTo = (port: number, source = SOURCE, timeoutMs = 20_000): Promise<RotorooterLink> =>
  RotorooterLink.connect({ host: '127.0.0.1', port, source, timeoutMs });

/** What the beam files of a directory hold, open ones too, in the order of their names. */
export async function filesIn(directory: string): Promise<Map<string, Scan>> {
  const names = (await readdir(directory)).filter(name => /\.mbeam\.raw(\.part)?$/.test(name)).toSorted();
  const scans = new Map<string, Scan>();
  for (const name of names) scans.set(name, scanRecords(await readFile(join(directory, name))));
  return scans;
}

/** Spill counts of all records of all files, each of which must be whole to its last byte. */
export async function spillCountsIn(directory: string): Promise<number[]> {
  const scans = [...(await filesIn(directory)).values()];
  for (const { tail, end } of scans) if (tail.kind !== 'none') throw new Error(`${tail.kind} tail at ${end}`);
  return scans.flatMap(scan => scan.records.map(({ record }) => record.spillCount));
}

export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** `open` whose handles run `before` ahead of each call of one of these methods; it may throw. */
export const failing =
  (before: (method: string, path: string) => void): OpenFile =>
  async (path, flags, mode) => {
    before('open', String(path));
    const handle = await open(path, flags, mode);
    return new Proxy(handle, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === 'writev' || name === 'datasync' || name === 'sync') before(name, String(path));
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    }) satisfies FileHandle;
  };

export const noSpace = (): Error =>
  Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

export interface DaemonProcess extends AsyncDisposable {
  readonly port: number;
  readonly child: ChildProcess;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** `spillway rotorooter` as a process of its own. Resolves when it listens; rejects with its log when it ends first. */
export async function daemonProcess(directory: string, ...args: string[]): Promise<DaemonProcess> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '-p', '0', '--directory', directory, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  let log = '';
  for await (const chunk of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    log += chunk;
    const port = /"port":(\d+),"msg":"rotorooter listens"/.exec(log)?.[1];
    if (port) {
      child.stderr.resume();
      return { port: Number(port), child, kill, [Symbol.asyncDispose]: () => kill('SIGKILL') };
    }
  }
  throw new Error(`the daemon ended: ${log}`);
}
