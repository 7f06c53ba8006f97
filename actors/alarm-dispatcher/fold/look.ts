import { AlarmState, isOnList } from '../../../protocol/alarm/alarm-state.ts';
import type { NoticeKind } from '../../../protocol/messages/notice.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { type Urgency, urgentGapMs } from './budget.ts';
import type { Incident, Known, Member } from './state.ts';
import { type ChannelWorld, isFiring, isSilenced, isUrgent, rankOf } from './world.ts';

/** What there is to say about an incident now. */
export interface Look {
  /** Worst rank of what is firing and not silenced. */
  readonly rank: number;
  /** The same of what no new message has told at that rank. */
  readonly fresh: number;
  /** Worst rank of what no notice tells yet, also when it is over meanwhile. */
  readonly news: number;
  readonly firing: number;
  /** Alarms with transitions that no notice accounts for yet. */
  readonly waiting: number;
  /** Whether any of those is not silenced. */
  readonly loud: boolean;
  /** Whether something fires that nobody has acknowledged or silenced. */
  readonly unacknowledged: boolean;
  /** Whether something stands on the list that a shifter works off. */
  readonly listed: boolean;
}

/** The rank by which an alarm asks to be told now. */
export const rankOfMember = (known: Known | undefined, member: Member): number => {
  if (!known) return 0;
  if (isFiring(known)) return rankOf(known.severity);
  return member.event ? rankOf(known.peak) : 0;
};

/**
 * Looking costs as much as there is in an incident, and a channel is looked at often: a look lasts until the incident is
 * `touched`. It follows from the state, and is not written down.
 */
const looks = new WeakMap<Incident, Look>();

/** Says that an incident, or an alarm in it, has changed. */
export const touched = (incident: Incident): void => {
  looks.delete(incident);
};

export function lookAt(world: ChannelWorld, incident: Incident): Look {
  const look = looks.get(incident) ?? lookAnew(world, incident);
  looks.set(incident, look);
  return look;
}

function lookAnew({ state }: ChannelWorld, incident: Incident): Look {
  let [rank, fresh, news, firing, waiting] = [0, 0, 0, 0, 0];
  let [loud, unacknowledged, listed] = [false, false, false];
  for (const [id, member] of incident.members) {
    const known = state.alarms.get(id);
    const quiet = isSilenced(known);
    const own = quiet ? 0 : rankOfMember(known, member);
    rank = Math.max(rank, own);
    if (own > member.told) fresh = Math.max(fresh, own);
    if (isFiring(known)) firing++;
    if (member.waiting.length > 0) {
      waiting++;
      if (!quiet) news = Math.max(news, member.worst);
      loud ||= !quiet;
    }
    if (own > 0 && known?.state === AlarmState.unacknowledged) unacknowledged = true;
    if (known && isOnList(known.state)) listed = true;
  }
  return { rank, fresh, news, firing, waiting, loud, unacknowledged, listed };
}

/** What kind of notice the incident wants; undefined when there is nothing to tell, or a silence holds it. */
export function wantedOf(incident: Incident, look: Look): NoticeKind | undefined {
  const wish = incident.post?.kind;
  if ((wish === 'repeat' || wish === 'escalation') && look.unacknowledged) return wish;
  const first = incident.digest === '' ? 'page' : 'digest';
  if (wish !== undefined && look.fresh > 0) return first;
  if (look.waiting === 0 && incident.stale && incident.reference !== undefined) return 'update';
  if (look.waiting === 0 || (!look.loud && incident.reference === undefined)) return undefined;
  if (incident.postedAt === undefined) return first;
  return incident.digest === '' ? 'update' : 'digest';
}

/** How urgent the notice is by what it tells. */
export function urgencyOf(kind: NoticeKind, { rank, fresh, news }: Look): Urgency {
  if (isUrgent(kind === 'repeat' || kind === 'escalation' ? rank : fresh)) return 'page';
  return isUrgent(news) ? 'news' : 'lesser';
}

/** When an incident may have its next notice, slots apart. The first one never waits. */
export function readyAt(world: ChannelWorld, incident: Incident, urgency: Urgency): Milliseconds {
  const { plan, channel, rules, now } = world;
  const gatheredAt = () => {
    if (incident.lastAt === undefined || incident.rest) return now;
    if (incident.digest !== '' && urgency === 'lesser')
      return incident.lastAt + Math.max(plan.digestMs, rules.updateMs);
    return incident.lastAt + (incident.post ? plan.groupMs : rules.updateMs);
  };
  const spreadAt =
    urgency === 'page' && channel.urgentAt !== undefined ? channel.urgentAt + urgentGapMs(world) : now;
  return Math.max(gatheredAt(), spreadAt);
}
