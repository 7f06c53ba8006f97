import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeRecord, Minor } from '../../../protocol/raw-block/raw-block.ts';
import { InOut } from '../../../protocol/subjects.ts';
import { RotorooterLink } from '../../../runtime/rotorooter-client.ts';
import type { Absent, Comparison, Contender, Setting } from '../../harness/comparison.ts';
import { ask } from '../../harness/tools.ts';
import { whileUsing } from '../../harness/usage.ts';
import { numiDevices, numiSpill } from '../numi.ts';

/** Records sent together, some 8 MB; two such lots are on their way at a time, as much as the daemon takes into memory. */
const LOT = 1024;

/** What one round of ours was: the other writes as much, and syncs as often. */
interface Pattern {
  bytes: number;
  syncs: number;
}

/** Records over TCP to the daemon, until it has said of each that it is on disk; against writing that many bytes at all. */
export const rotorooter: Comparison = {
  name: 'rotorooter',
  title: 'Records of a spill, 8.1 kB each, over TCP until they are safe on disk',
  unit: 'MB/s',
  better: 'more',
  quick: true,
  goals: [{ against: 'dd', times: 0.8 }],
  rounds: 7,
  async contenders(setting) {
    const pattern = { bytes: 0, syncs: 1 };
    return [await ours(setting, pattern), await dd(setting, pattern)];
  },
};

async function ours({ directory, quick, signal }: Setting, pattern: Pattern): Promise<Contender> {
  const files = join(directory, 'beam');
  const child = fork(join(import.meta.dirname, 'daemon.ts'), [files], { execArgv: [], signal });
  const { port } = await told<{ port: number }>(child);
  const link = await RotorooterLink.connect({
    host: '127.0.0.1',
    port,
    source: 'SPILL@1',
    timeoutMs: 60_000,
    signal,
  });
  const record = await aRecord();
  const forMs = quick ? 700 : 2_500;
  const syncsSoFar = async () => {
    child.send('how many?');
    return (await told<{ syncs: number }>(child)).syncs;
  };
  let sequence = 0;
  const send = (): Promise<number> =>
    link.send(Array.from({ length: LOT }, () => ({ sequence: ++sequence, bytes: record })));
  return {
    name: 'spillway',
    async round() {
      const before = await syncsSoFar();
      const first = sequence;
      const began = performance.now();
      const { usage } = await whileUsing(child.pid === undefined ? [] : [child.pid], async () => {
        let under = send();
        while (performance.now() - began < forMs) {
          const next = send();
          await under;
          under = next;
        }
        await under;
      });
      const seconds = (performance.now() - began) / 1000;
      pattern.bytes = (sequence - first) * record.byteLength;
      pattern.syncs = (await syncsSoFar()) - before;
      await rm(join(files, await link.roll()), { force: true });
      return { figure: pattern.bytes / 1e6 / seconds, ...usage };
    },
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function dd({ directory, signal }: Setting, pattern: Pattern): Promise<Contender | Absent> {
  const install = 'Debian: apt-get install coreutils';
  const version = await ask('dd', ['--version'], install);
  if ('absent' in version) return { name: 'dd', ...version };
  const file = join(directory, 'dd.raw');
  return {
    name: `dd ${/[\d.]+$/m.exec(version.found.split('\n')[0] ?? '')?.[0] ?? ''}`,
    async round() {
      const block = Math.ceil(pattern.bytes / pattern.syncs);
      const began = performance.now();
      const child = spawn(
        'dd',
        ['if=/dev/zero', `of=${file}`, `bs=${block}`, `count=${pattern.syncs}`, 'oflag=dsync', 'status=none'],
        { stdio: 'inherit', signal },
      );
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`dd ended with ${String(code)}`);
      const seconds = (performance.now() - began) / 1000;
      await rm(file);
      return { figure: (block * pattern.syncs) / 1e6 / seconds };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function aRecord(): Promise<Uint8Array> {
  const { devices, seconds } = numiSpill(await numiDevices(), 0);
  const time = { seconds, nanoseconds: 0 };
  return encodeRecord(
    { simulated: true, detector: 'near', time, spillCount: 1, inOut: InOut.in, devices },
    { minor: Minor.withDeviceTimes },
  );
}

const told = async <T>(child: ChildProcess): Promise<T> => (await once(child, 'message'))[0] as T;
