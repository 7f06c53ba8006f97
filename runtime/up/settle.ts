import type { StreamName } from '../../protocol/subjects.ts';
import type { ActorDefinition } from '../actor.ts';
import { pause } from '../host/back-off.ts';
import type { Nats } from '../host/nats.ts';
import { serverName } from '../host/streams.ts';
import type { FrontEnd } from './front-ends.ts';

/** Streams that only ever grow by data and by what it leads to: the heartbeats go on for ever. */
const DATA: readonly StreamName[] = [
  'BEAM',
  'SPILL',
  'EVENT',
  'RUN',
  'RECO',
  'SUMMARY',
  'SLOW',
  'LEDGER',
  'AUDIT',
  'ALARM',
  'NOTICE',
];

/**
 * Waits until nothing is on its way any more: no front end owes anything and every consumer has acknowledged everything.
 * @returns what is still on its way when the time is over; empty when all has settled
 */
export async function settle(
  nats: Nats,
  running: readonly ActorDefinition<unknown>[],
  frontEnds: readonly FrontEnd[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  for (let quiet = 0; ; ) {
    const owing = await unsettled(nats, running, frontEnds).catch((thrown: unknown) => [String(thrown)]);
    // Twice in a row: what one actor has just acknowledged may be another's next message.
    quiet = owing.length === 0 ? quiet + 1 : 0;
    if (quiet >= 2) return [];
    if (performance.now() > deadline || signal.aborted) return owing;
    await pause(200, signal);
  }
}

/** What is on its way now, in words: what front ends owe, and messages that actors have not done. */
export async function unsettled(
  nats: Nats,
  running: readonly ActorDefinition<unknown>[],
  frontEnds: readonly FrontEnd[],
): Promise<string[]> {
  const owing = (await Promise.all(frontEnds.map(frontEnd => frontEnd.owes()))).flat();
  for (const stream of DATA) {
    const lanes = await lanesOn(nats, stream);
    for (const { name, consumes, watches = [] } of running) {
      if (!consumes.includes(stream) || watches.includes(stream)) continue;
      const own = lanes.filter(({ lane }) => lane === name || lane.startsWith(`${name}--`));
      const left = own.reduce((sum, lane) => sum + lane.left, 0);
      if (left > 0) owing.push(`${name} has ${left} messages of ${stream} to go`);
      // A dispatcher without channels has nobody to tell, and no lane on the outbox.
      else if (own.length === 0 && stream !== 'NOTICE') owing.push(`${name} is not reading ${stream}`);
    }
  }
  return owing;
}

/** The durable consumers of a stream, named after their lanes, with what each has still to do. */
async function lanesOn(nats: Nats, stream: StreamName): Promise<{ lane: string; left: number }[]> {
  const lanes = [];
  for await (const info of nats.jsm.consumers.list(serverName(nats.experiment, stream))) {
    lanes.push({ lane: info.name, left: info.num_pending + info.num_ack_pending });
  }
  return lanes;
}
