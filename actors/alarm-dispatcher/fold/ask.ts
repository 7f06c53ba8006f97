import { hasRoom, keptFrom, slotAt } from './budget.ts';
import { readyAt } from './look.ts';
import type { Incident } from './state.ts';
import { type ChannelWorld, pumpBy } from './world.ts';

/**
 * Has the channel looked at when a notice of this incident can leave. Costs the same however much waits, since it is asked
 * for every transition; looking at a channel costs as much as there is in it.
 */
export function askFor(world: ChannelWorld, incident: Incident, urgent: boolean): void {
  const { channel } = world;
  // An answer has the channel looked at anyway.
  if (incident.unanswered || !hasRoom(world, urgent ? 'page' : 'lesser')) return;
  if (channel.broken) return pumpBy(channel, channel.broken.probeAt);
  const slot = slotAt(world, keptFrom(urgent ? 'page' : 'lesser', world));
  if (slot !== undefined)
    pumpBy(channel, Math.max(slot, readyAt(world, incident, urgent ? 'news' : 'lesser')));
}
