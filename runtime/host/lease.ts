import { hostname } from 'node:os';
import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import type { Clock, Milliseconds } from '../../protocol/time.ts';
import { isAlive } from '../supervisor/process-table.ts';
import { pause } from './back-off.ts';
import { forbidden } from './forbidden.ts';
import type { LaneHost } from './lane.ts';
import { StateCell } from './state.ts';

const RENEW_MS: Milliseconds = 1_500;
const EXPIRES_MS: Milliseconds = 6_000;

/** How long its holder tries to renew it: an election of the servers that keep it takes 4 to 9 s. */
const RENEWED_WITHIN_MS: Milliseconds = 12_000;

export const Lease = z.object({
  instance: z.string(),
  host: z.string(),
  pid: z.int(),
  renewedAt: z.number(),
});
export type Lease = z.infer<typeof Lease>;

/**
 * Whether a lease may be taken, and why.
 * @param awayUntil when NATS was away last: until then its holder could not renew it
 */
export function mayTake(
  lease: Lease | undefined,
  self: { readonly instance: string; readonly host: string; readonly isAlive: (pid: number) => boolean },
  now: Milliseconds,
  awayUntil: Milliseconds = Number.NEGATIVE_INFINITY,
): { readonly take: boolean; readonly reason: string } {
  if (!lease) return { take: true, reason: 'nobody holds it' };
  if (lease.instance === self.instance) return { take: true, reason: 'it is ours' };
  if (lease.host === self.host && !self.isAlive(lease.pid))
    return { take: true, reason: 'its holder has died' };
  // Released, it says so by a time long past.
  const silentSince = lease.renewedAt === 0 ? 0 : Math.max(lease.renewedAt, awayUntil);
  if (now - silentSince > EXPIRES_MS) return { take: true, reason: 'its holder is silent' };
  return { take: false, reason: `held by ${lease.instance}` };
}

/**
 * Waits until this instance is the one that runs the actor's lanes, then keeps saying so. A second instance of an
 * actor is a standby. This only spares the two from disturbing each other: that nothing happens twice is ensured by
 * the lanes themselves.
 *
 * @returns a promise that rejects with WRITER_CONFLICT or PUBLISH_FAILED when the lease is lost
 */
export async function holdLease(
  host: LaneHost,
  instance: string,
  clock: Clock,
): Promise<{ readonly lost: Promise<never>; release(): Promise<void> }> {
  const cell = new StateCell(host.nats.state, `${host.actor}.lease`, Lease);
  const self = { instance, host: hostname(), isAlive };
  const mine = (): Lease => ({ instance, host: self.host, pid: process.pid, renewedAt: clock() });
  let awayUntil = Number.NEGATIVE_INFINITY;
  for (let told = ''; !host.signal.aborted; ) {
    const reason = await tryTake(cell, mine(), lease => mayTake(lease, self, clock(), awayUntil));
    if (reason === 'taken') break;
    if (reason === AWAY) awayUntil = clock();
    if (reason !== told) host.log.info(`standing by: ${reason}`);
    told = reason;
    await pause(RENEW_MS / 3, host.signal);
  }
  const stop = new AbortController();
  const lost = renew(cell, mine, clock, stop.signal);
  let holds = true;
  lost.catch(() => (holds = false));
  return {
    lost,
    release: async () => {
      stop.abort();
      if (holds) await cell.write({ ...mine(), renewedAt: 0 }).catch(() => undefined);
    },
  };
}

async function renew(
  cell: StateCell<Lease>,
  mine: () => Lease,
  clock: Clock,
  signal: AbortSignal,
): Promise<never> {
  for (let renewedAt = clock(); ; ) {
    await pause(RENEW_MS, signal);
    if (signal.aborted) return new Promise<never>(() => {});
    try {
      await cell.write(mine());
      renewedAt = clock();
    } catch (thrown) {
      // An answer may have been lost after the write, which may even come late: look whose it is before the next one.
      const found = await cell.read().catch(() => undefined);
      const { instance } = mine();
      const conflict = thrown instanceof SpillwayError && thrown.code === 'WRITER_CONFLICT';
      if (found ? found.instance !== instance : conflict) throw thrown;
      if (found && conflict) renewedAt = clock();
      if (clock() - renewedAt > RENEWED_WITHIN_MS) throw thrown;
    }
  }
}

const AWAY = 'NATS does not tell who holds it';

/** @returns `taken`, or why it was not */
async function tryTake(
  cell: StateCell<Lease>,
  mine: Lease,
  decide: (lease: Lease | undefined) => ReturnType<typeof mayTake>,
): Promise<string> {
  try {
    const { take, reason } = decide(await cell.read());
    if (!take) return reason;
    await cell.write(mine);
    return 'taken';
  } catch (thrown) {
    if (thrown instanceof SpillwayError && thrown.code === 'WRITER_CONFLICT') return 'another was faster';
    const refused = forbidden(thrown);
    if (refused) throw refused;
    if (thrown instanceof SpillwayError && !thrown.retry) throw thrown;
    return AWAY;
  }
}
