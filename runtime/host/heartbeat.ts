import { hostname } from 'node:os';
import { type ActorState, type Health, health, type LaneHealth } from '../../protocol/messages/health.ts';
import { type Clock, eventTimeFromMs, type Milliseconds } from '../../protocol/time.ts';
import type { RunningActor } from '../actor.ts';
import { redact } from '../log.ts';
import { pause } from './back-off.ts';
import type { LaneProgress } from './lane.ts';
import type { Nats } from './nats.ts';
import { publish } from './publish.ts';
import type { Statistics } from './statistics.ts';

/** What a heartbeat is made of; the host changes it as the actor lives. */
export interface Pulse {
  readonly actor: string;
  readonly instance: string;
  readonly version: string;
  readonly startedAtMs: Milliseconds;
  readonly statistics: Statistics;
  state: ActorState;
  /** Another instance has the lease; this one would take over. */
  standingBy: boolean;
  running: RunningActor | undefined;
  lanes: readonly LaneProgress[];
  lastError: string | undefined;
}

/** Figure of the heartbeat of an instance that waits for the lease of another one; 1, or not there. */
export const STANDING_BY = 'standingBy';

/** Tells `pulse` every `everyMs` until the signal aborts, and once more at the end. */
export async function beat(
  nats: Nats,
  pulse: Pulse,
  clock: Clock,
  everyMs: Milliseconds,
  signal: AbortSignal,
  onHealth: (health: Health) => void,
): Promise<void> {
  const rates = new Map<LaneProgress, { handled: number; at: Milliseconds }>();
  for (;;) {
    const body = await compose(pulse, clock, rates);
    onHealth(body);
    // A heartbeat that cannot be told now is not worth telling later.
    await publish(nats, { type: health, body }, [], { deadlineMs: everyMs }).catch(() => undefined);
    if (signal.aborted) return;
    await pause(everyMs, signal);
  }
}

async function compose(
  pulse: Pulse,
  clock: Clock,
  rates: Map<LaneProgress, { handled: number; at: Milliseconds }>,
): Promise<Health> {
  const now = clock();
  const lanes = await Promise.all(
    pulse.lanes.map(async (lane): Promise<LaneHealth> => {
      const before = rates.get(lane) ?? { handled: lane.handled, at: now };
      rates.set(lane, { handled: lane.handled, at: now });
      const seconds = (now - before.at) / 1000;
      return {
        stream: lane.stream,
        ...(lane.name === undefined ? {} : { name: lane.name }),
        position: lane.position,
        lag: await lane.lag().catch(() => 0),
        rate: seconds > 0 ? Math.max(0, (lane.handled - before.handled) / seconds) : 0,
        retries: lane.retries,
        dead: lane.dead,
      };
    }),
  );
  return {
    actor: pulse.actor,
    instance: pulse.instance,
    pid: process.pid,
    host: hostname(),
    version: pulse.version,
    startedAt: eventTimeFromMs(pulse.startedAtMs),
    at: eventTimeFromMs(now),
    state: pulse.state,
    lanes,
    counters: pulse.statistics.counters,
    figures: { ...figuresOf(pulse), ...(pulse.standingBy ? { [STANDING_BY]: 1 } : {}) },
    latencies: pulse.statistics.latencies,
    ...(pulse.lastError === undefined ? {} : { lastError: redact(pulse.lastError) }),
  };
}

/** An actor whose figures cannot be had is alive all the same. */
function figuresOf({ running }: Pulse): Readonly<Record<string, number>> {
  try {
    return running?.health?.() ?? {};
  } catch {
    return {};
  }
}
