import type { CompiledRoute } from '../routes/router.ts';
import { askFor } from './ask.ts';
import { incidentOf, join } from './incidents.ts';
import { touched } from './look.ts';
import { addTo } from './spans.ts';
import type { Incident, Known } from './state.ts';
import { type ChannelWorld, inChannel, isUrgent, rankOf, type World } from './world.ts';

/** Tells the channels of a route of an alarm that they have not been told of; escalation tells them again. */
export function tell(
  world: World,
  id: string,
  known: Known,
  route: CompiledRoute,
  kind: 'page' | 'escalation',
  event = false,
): void {
  for (const name of route.channels) {
    const channel = inChannel(world, name);
    if (!channel) continue;
    const found = incidentOf(channel, id);
    if (found && kind === 'page') continue;
    const rank = event ? rankOf(known.peak) : rankOf(known.severity);
    const incident = found ?? enter(channel, id, known, route, rank, event);
    if (kind === 'escalation') incident.post = { kind, since: world.now };
    else if (isUrgent(rank) || event || incident.postedAt === undefined) {
      incident.post ??= { kind: 'page', since: world.now };
    }
    askFor(channel, incident, isUrgent(rank));
  }
}

function enter(
  world: ChannelWorld,
  id: string,
  known: Known,
  route: CompiledRoute,
  rank: number,
  event: boolean,
): Incident {
  const { incident, member } = join(world, id, known, route, rank);
  member.raised = 1;
  if (event) member.event = true;
  addTo(member.waiting, known.transition);
  touched(incident);
  incident.changedAt ??= world.now;
  delete incident.quietSince;
  return incident;
}
