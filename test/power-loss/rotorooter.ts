import { setTimeout as delay } from 'node:timers/promises';
import type { Milliseconds } from '../../protocol/time.ts';
import { daemonProcess, linkTo, recordsOf, spillCountsIn } from '../actors/rotorooter/helpers.ts';
import { cuttableDisk } from './disk.ts';
import type { Cut } from './report.ts';

/** More than are taken before any cut. */
const RECORDS = 60_000;

/** Sends records to a rotorooter that begins a new file every few hundred of them, and cuts the power. */
export async function cutRotorooter(flowMs: Milliseconds): Promise<Cut> {
  await using disk = await cuttableDisk(512);
  let acknowledged: number;
  {
    await using daemon = await daemonProcess(disk.path, '--bytes', '256KiB');
    await using link = await linkTo(daemon.port);
    const sending = link.send(recordsOf(1, RECORDS)).catch(() => undefined);
    await delay(flowMs);
    acknowledged = link.lastOnDisk;
    await disk.cut();
    await daemon.kill('SIGKILL');
    await sending;
  }
  await disk.restore();
  {
    await using daemon = await daemonProcess(disk.path);
    await using link = await linkTo(daemon.port);
    // The feed goes on after what the rotorooter says it has.
    await link.send(recordsOf(link.lastOnDisk + 1, acknowledged + 100));
  }
  const there = await spillCountsIn(disk.path);
  const once = new Set(there);
  const lost = Array.from({ length: acknowledged }, (_, index) => index + 1).filter(n => !once.has(n)).length;
  return { acknowledged, lost, doubled: there.length - once.size };
}
