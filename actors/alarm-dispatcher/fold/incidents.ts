import { areaOf } from '../../../protocol/alarm/alarm-id.ts';
import type { CompiledRoute } from '../routes/router.ts';
import { touched } from './look.ts';
import type { ChannelState, Incident, Known, Member } from './state.ts';
import { Table } from './table.ts';
import { labelsOf } from './told.ts';
import { type ChannelWorld, isFiring, isUrgent, type World } from './world.ts';

/** Open incidents of a channel; what comes beyond goes straight into a digest. */
export const MAX_INCIDENTS = 500;

/** Which incident of a channel an alarm is in: follows from the incidents, and is not written down. */
const indexes = new WeakMap<ChannelState, Map<string, string>>();

export function whereIn(channel: ChannelState): Map<string, string> {
  const known = indexes.get(channel);
  if (known) return known;
  const index = new Map<string, string>();
  for (const [key, { members }] of channel.incidents) for (const id of members.keys()) index.set(id, key);
  indexes.set(channel, index);
  return index;
}

/** The incident of the channel that the alarm is in. */
export function incidentOf({ channel }: ChannelWorld, id: string): Incident | undefined {
  const key = whereIn(channel).get(id);
  return key === undefined ? undefined : channel.incidents.get(key);
}

/** Puts an alarm into the incident of its group, which is opened when there is none. */
export function join(
  world: ChannelWorld,
  id: string,
  known: Known,
  route: CompiledRoute,
  rank: number,
): { readonly incident: Incident; readonly member: Member } {
  const group = groupOf(route, id, known);
  const key = `${route.path}|${group.title}`;
  const incident =
    world.channel.incidents.get(key) ??
    (world.channel.incidents.size < MAX_INCIDENTS
      ? open(world, key, { ...group, route: route.path, digest: '' })
      : digestOf(world, isUrgent(rank)));
  const member: Member = { waiting: [], worst: rank, told: 0, raised: 0 };
  incident.members.set(id, member);
  touched(incident);
  whereIn(world.channel).set(id, incident.digest === '' ? key : keyOfDigest(incident.digest));
  return { incident, member };
}

function groupOf(
  { group, path }: CompiledRoute,
  id: string,
  known: Known,
): Pick<Incident, 'title' | 'labels'> {
  if (group === 'all') return { title: path, labels: {} };
  if (group === 'alarm') return { title: id, labels: { alarm: id } };
  if (group === 'area') return { title: areaOf(id) || id, labels: { area: areaOf(id) } };
  const all = labelsOf(id, known);
  const labels = Object.fromEntries(
    group.labels.map(name => [name, (Object.hasOwn(all, name) ? (all[name] ?? '') : '').slice(0, 100)]),
  );
  return { title: Object.values(labels).join(', '), labels };
}

function open(
  { channel, now }: ChannelWorld,
  key: string,
  about: Pick<Incident, 'title' | 'labels' | 'route' | 'digest'>,
): Incident {
  const incident: Incident = {
    ...about,
    id: `${key}@${new Date(now).toISOString()}`,
    members: new Table(),
    unanswered: false,
  };
  channel.incidents.set(key, incident);
  return incident;
}

const keyOfDigest = (digest: string): string => `digest|${digest}`;

/** The digest that takes what there are too many messages for; it is an incident like any other. */
function digestOf(world: ChannelWorld, urgent: boolean): Incident {
  const digest = urgent ? 'urgent' : 'lesser';
  const key = keyOfDigest(digest);
  return (
    world.channel.incidents.get(key) ?? open(world, key, { title: 'flood', labels: {}, route: '', digest })
  );
}

/**
 * Moves alarms into the digest: all of an incident of which nothing has been told; of any other, those that wait and are
 * urgent, and its message is put right when there is room for that.
 */
export function gather(world: ChannelWorld, keys: readonly string[], urgent: boolean): void {
  const { channel, now } = world;
  const digest = digestOf(world, urgent);
  const where = whereIn(channel);
  for (const key of keys) {
    const incident = channel.incidents.get(key);
    if (!incident || incident === digest) continue;
    const whole = incident.lastAt === undefined;
    for (const [id, member] of incident.members) {
      if (!whole && !isUrgent(member.worst)) continue;
      incident.members.delete(id);
      digest.members.set(id, member);
      where.set(id, keyOfDigest(digest.digest));
    }
    if (whole) channel.incidents.delete(key);
    else Object.assign(incident, { stale: true, changedAt: incident.changedAt ?? now });
    touched(incident);
  }
  touched(digest);
  digest.changedAt ??= now;
  delete digest.quietSince;
  if (urgent || digest.postedAt === undefined) digest.post ??= { kind: 'page', since: now };
  world.reasons.push(`${world.rules.name}: ${keys.length} incidents into a digest`);
}

/** Takes an incident that is over out of the channel. */
export function close(world: ChannelWorld, key: string): void {
  const incident = world.channel.incidents.get(key);
  world.channel.incidents.delete(key);
  for (const id of incident?.members.keys() ?? []) leave(world, id);
}

/** Takes alarms out of an incident. */
export function drop(world: ChannelWorld, incident: Incident, ids: readonly string[]): void {
  touched(incident);
  for (const id of ids) {
    incident.members.delete(id);
    leave(world, id);
  }
}

function leave(world: ChannelWorld, id: string): void {
  whereIn(world.channel).delete(id);
  forget(world, id);
}

/** Lets go of an alarm that nobody needs any more. */
export function forget({ state }: World, id: string): void {
  if (isFiring(state.alarms.get(id))) return;
  for (const channel of state.channels.values()) if (whereIn(channel).has(id)) return;
  state.alarms.delete(id);
}
