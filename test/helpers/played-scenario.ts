import { composeReadings, type Seen } from '../../actors/beam-monitor/readings.ts';
import { Acquisition } from '../../fixtures/simulator/acquisition.ts';
import { conditionsAt } from '../../fixtures/simulator/conditions.ts';
import { Pace } from '../../fixtures/simulator/pace.ts';
import type { Scenario } from '../../fixtures/simulator/scenario.ts';
import { ClockEvent, timeline } from '../../fixtures/simulator/timeline.ts';
import type { Device } from '../../protocol/device-list.ts';
import { type Readings, readings } from '../../protocol/messages/readings.ts';
import { InOut } from '../../protocol/subjects.ts';
import { eventTimeFromMs, type Milliseconds } from '../../protocol/time.ts';
import { XmlRpcDouble } from '../../protocol/xml-rpc/xml-rpc.ts';
import type { Delivered } from '../../runtime/actor.ts';

/** From the end of the acquisition to JetStream. */
const UNDER_WAY_MS = 3;

const LISTS = [
  { event: ClockEvent.extraction, inOut: InOut.in, delayMs: 20 },
  { event: ClockEvent.pedestal, inOut: InOut.out, delayMs: 1900 },
] as const;

export interface PlayedScenario {
  readonly scenario: Scenario;
  readonly devices: readonly Device[];
  /** Wall time at which the accelerator starts. */
  readonly startMs: Milliseconds;
  /** Accelerator time up to which triggers happen. */
  readonly lengthMs: Milliseconds;
}

/**
 * What the beam monitor would have stored of a scenario, by the simulator's own front end and the monitor's own judgement,
 * without either of them running: in the order of storage.
 */
export function playScenario({
  scenario,
  devices,
  startMs,
  lengthMs,
}: PlayedScenario): Delivered<Readings>[] {
  const seed = scenario.seed ?? 1;
  const clock = () => startMs;
  const acquisition = new Acquisition({ scenario, seed, pace: new Pace(1, clock), clock });
  const lists = LISTS.map(list => ({
    ...list,
    seen: new Map() as Seen,
    asked: {
      source: 'acnet',
      mode: 'callback' as const,
      trigger: list.event,
      inOut: list.inOut,
      devices: new Map(
        devices.filter(({ inOut }) => inOut === list.inOut).map(device => [device.name, device]),
      ),
    },
  }));
  const stored: Delivered<Readings>[] = [];
  for (const event of timeline(scenario.timeline)) {
    if (event.atMs > lengthMs) break;
    const { eventsStoppedSince, stalledSince, skewMs, lateMs } = conditionsAt(scenario, event.atMs);
    const list = lists.find(one => one.event === event.event);
    if (eventsStoppedSince !== undefined || stalledSince !== undefined || !list) continue;
    const trigger = { ...event, stampMs: startMs + event.atMs };
    acquisition.sample(trigger);
    const given = acquisition.forTrigger([...list.asked.devices.values()], trigger, list.delayMs).readings;
    const storedAt = trigger.stampMs + list.delayMs + acquisition.latencyMs(trigger) + lateMs + UNDER_WAY_MS;
    const { body, seen } = composeReadings(
      list.asked,
      { time: eventTimeFromMs(trigger.stampMs + skewMs.trigger), readings: given.map(decoded) },
      list.seen,
      { nowMs: storedAt, futureToleranceMs: 1000 },
    );
    list.seen = seen;
    stored.push(delivered(body, storedAt));
  }
  return stored.toSorted((a, b) => a.storedAt - b.storedAt);
}

/** A struct as it comes out of XML, without the way through it. */
const decoded = (struct: object): object => {
  const scaled = 'scaled' in struct ? struct.scaled : undefined;
  return scaled instanceof XmlRpcDouble ? { ...struct, scaled: scaled.value } : struct;
};

const delivered = (body: Readings, storedAt: Milliseconds): Delivered<Readings> => ({
  type: readings.type,
  body,
  identity: '',
  stream: 'BEAM@1',
  sequence: 0,
  storedAt,
  subject: '',
  hops: [],
});
