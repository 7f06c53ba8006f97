import { JetStreamApiError } from '@nats-io/jetstream';
import type { StreamName } from '../../protocol/subjects.ts';
import type { ActorDefinition } from '../actor.ts';
import { pause } from '../host/back-off.ts';
import type { Nats } from '../host/nats.ts';
import { serverName } from '../host/streams.ts';
import { localUrl } from './plan.ts';

/** Streams that only ever grow by data: the heartbeats go on for ever. */
const DATA: readonly StreamName[] = ['BEAM', 'SPILL', 'LEDGER'];

/** Tells the simulated front end to trigger no more and to see what it has triggered accepted. */
export async function stopTriggers(port: number): Promise<void> {
  await fetch(`${localUrl(port)}/stop`, { method: 'POST' });
}

/**
 * Waits until nothing is on its way any more: the front end owes nothing and every consumer has acknowledged everything.
 * @returns what is still on its way when the time is over; empty when all has settled
 */
export async function settle(
  nats: Nats,
  running: readonly ActorDefinition<unknown>[],
  simulatorPort: number | undefined,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  for (let quiet = 0; ; ) {
    const owing = await unsettled(nats, running, simulatorPort).catch((thrown: unknown) => [String(thrown)]);
    // Twice in a row: what one actor has just acknowledged may be another's next message.
    quiet = owing.length === 0 ? quiet + 1 : 0;
    if (quiet >= 2) return [];
    if (performance.now() > deadline || signal.aborted) return owing;
    await pause(200, signal);
  }
}

/** What is on its way now, in words: callbacks that the simulated front end owes, messages that actors have not done. */
export async function unsettled(
  nats: Nats,
  running: readonly ActorDefinition<unknown>[],
  simulatorPort: number | undefined,
): Promise<string[]> {
  const owing: string[] = [];
  if (simulatorPort !== undefined) {
    const status = (await (await fetch(`${localUrl(simulatorPort)}/status`)).json()) as {
      pending: number;
    };
    if (status.pending > 0) owing.push(`the front end still owes ${status.pending} callbacks`);
  }
  for (const actor of running) {
    for (const stream of actor.consumes.filter(name => DATA.includes(name))) {
      const left = await leftOver(nats, actor.name, stream);
      if (left === undefined) owing.push(`${actor.name} is not reading ${stream}`);
      else if (left > 0) owing.push(`${actor.name} has ${left} messages of ${stream} to go`);
    }
  }
  return owing;
}

async function leftOver(nats: Nats, actor: string, stream: StreamName): Promise<number | undefined> {
  try {
    const info = await nats.jsm.consumers.info(serverName(nats.experiment, stream), actor);
    return info.num_pending + info.num_ack_pending;
  } catch (thrown) {
    // Being made anew after a restart: not settled, and no error.
    if (thrown instanceof JetStreamApiError) return undefined;
    throw thrown;
  }
}
