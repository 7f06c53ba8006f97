import { AlarmState, isOnList } from '../../../protocol/alarm/alarm-state.ts';
import type { NoticeKind } from '../../../protocol/messages/notice.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { freeSlots, urgentGapMs } from './budget.ts';
import type { Incident, Known, Member } from './state.ts';
import { type ChannelWorld, isFiring, isSilenced, isUrgent, rankOf } from './world.ts';

/** What there is to say about an incident now. */
export interface Look {
  /** Worst rank of what is firing and not silenced. */
  readonly rank: number;
  /** The same of what no new message has told at that rank. */
  readonly fresh: number;
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

export function lookAt({ state }: ChannelWorld, incident: Incident): Look {
  let [rank, fresh, firing, waiting] = [0, 0, 0, 0];
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
      loud ||= !quiet;
    }
    if (own > 0 && known?.state === AlarmState.unacknowledged) unacknowledged = true;
    if (known && isOnList(known.state)) listed = true;
  }
  return { rank, fresh, firing, waiting, loud, unacknowledged, listed };
}

/** What kind of notice the incident wants; undefined when there is nothing to tell, or a silence holds it. */
export function wantedOf(incident: Incident, look: Look): NoticeKind | undefined {
  const wish = incident.post?.kind;
  if ((wish === 'repeat' || wish === 'escalation') && look.unacknowledged) return wish;
  const first = incident.digest === '' ? 'page' : 'digest';
  if (wish !== undefined && look.fresh > 0) return first;
  if (look.waiting === 0 || (!look.loud && incident.reference === undefined)) return undefined;
  if (incident.postedAt === undefined) return first;
  return incident.digest === '' ? 'update' : 'digest';
}

/** Whether the notice is a new message that must not wait behind lesser ones. */
export const isUrgentNotice = (incident: Incident, kind: NoticeKind, look: Look): boolean =>
  kind === 'repeat' || kind === 'escalation'
    ? isUrgent(look.rank)
    : kind !== 'update' && incident.post !== undefined && isUrgent(look.fresh);

/** When an incident may have its next notice, slots apart. The first one never waits. */
export function readyAt(world: ChannelWorld, incident: Incident, urgent: boolean): Milliseconds {
  const { plan, channel, rules, now } = world;
  const gatheredAt = () => {
    if (incident.lastAt === undefined || incident.rest) return now;
    if (incident.digest === 'lesser') return incident.lastAt + Math.max(plan.digestMs, rules.updateMs);
    return incident.lastAt + (urgent || incident.post ? plan.groupMs : rules.updateMs);
  };
  const spread = urgent && channel.urgentAt !== undefined && freeSlots(world) <= rules.tail;
  return Math.max(gatheredAt(), spread ? (channel.urgentAt ?? 0) + urgentGapMs(world) : now);
}
