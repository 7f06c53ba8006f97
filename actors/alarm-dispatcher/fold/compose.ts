import { Severity, worse } from '../../../protocol/alarm/severity.ts';
import {
  type Notice,
  type NoticeItem,
  type NoticeKind,
  notice as noticeType,
} from '../../../protocol/messages/notice.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { expectAnswer } from './budget.ts';
import { drop } from './incidents.ts';
import { rankOfMember, touched } from './look.ts';
import { takeFrom } from './spans.ts';
import type { Incident, Known, Member } from './state.ts';
import { type ChannelWorld, isFiring, isSilenced, rankOf } from './world.ts';

/** Items shown to people, who read no further, and to programs, which the schema lets have no more. */
const SHOWN = 20;
const SHOWN_TO_PROGRAMS = 50;

/** What one notice accounts for, so that it stays below a megabyte, NATS's own limit on a message. */
const MAX_COVERED = 3_000;
const MAX_TRANSITIONS = 20_000;

/** Alarms of an incident that are over and told, and still shown; more are let go of. */
const MAX_OVER = 100;

interface Entry {
  readonly id: string;
  readonly member: Member;
  readonly known: Known | undefined;
  readonly rank: number;
}

/**
 * Decides a notice of an incident: what it says, and which transitions it accounts for.
 * @param anew as a new message even where the last one could be edited
 */
export function compose(
  world: ChannelWorld,
  key: string,
  incident: Incident,
  kind: NoticeKind,
  anew: boolean,
): void {
  const { channel, rules, now } = world;
  const entries = entriesOf(world, incident);
  const shown = firstOf(entries, rules.program ? SHOWN_TO_PROGRAMS : SHOWN, order(rules.program));
  let room = MAX_TRANSITIONS;
  const take = ({ member, known, rank }: Entry): number[] => {
    const taken = takeFrom(member.waiting, room);
    room -= taken.length;
    if (!isSilenced(known)) member.told = Math.max(member.told, rank);
    delete member.event;
    if (member.waiting.length === 0) member.worst = 0;
    return taken;
  };
  const items = shown.map(entry => itemOf(entry, take(entry)));
  const isShown = new Set(shown);
  const left = rules.program ? [] : entries.filter(entry => !isShown.has(entry));
  const untold = left.filter(({ member }) => member.waiting.length > 0).slice(0, MAX_COVERED);
  const covered = untold.map(entry => ({ alarm: entry.id, transitions: take(entry) }));
  const isUntold = new Set(untold);
  const firing = entries.filter(({ known }) => isFiring(known));
  const edits = anew ? undefined : incident.reference;
  const body: Notice = {
    channel: rules.name,
    number: ++channel.number,
    kind,
    incident: incident.id,
    ...(edits === undefined ? {} : { edits }),
    ...(incident.thread === undefined ? {} : { thread: incident.thread }),
    receiver: incident.route || 'digest',
    groupLabels: incident.labels,
    firing: firing.length > 0,
    severity: worstOf(firing.length > 0 ? firing : entries),
    title: titleOf(incident, entries, firing.length),
    items,
    more: left.filter(entry => isFiring(entry.known) || isUntold.has(entry)).length,
    covered: covered.filter(({ transitions }) => transitions.length > 0),
    link: '/',
    at: eventTimeFromMs(now),
  };
  afterwards(world, incident, entries, anew);
  expectAnswer(world, body.number, key, edits !== undefined);
  world.outputs.push({ type: noticeType, body });
  world.reasons.push(`${rules.name} ${body.number}: ${kind} of ${incident.id}`);
}

const entriesOf = ({ state }: ChannelWorld, incident: Incident): Entry[] =>
  [...incident.members].map(([id, member]): Entry => {
    const known = state.alarms.get(id);
    return { id, member, known, rank: rankOfMember(known, member) };
  });

/**
 * Most important first: firing before over, worse before less, new before told, then by time and name. To a program
 * everything is equally important, and what it has not been told comes first.
 */
const order = (program: boolean) => (a: Entry, b: Entry) =>
  (program ? waits(b) - waits(a) : 0) ||
  b.rank - a.rank ||
  waits(b) - waits(a) ||
  (b.known?.at ?? 0) - (a.known?.at ?? 0) ||
  (a.id < b.id ? -1 : 1);

const waits = ({ member }: Entry): number => (member.waiting.length > 0 ? 1 : 0);

/** The first few in order, without sorting all: there may be sixty thousand. */
function firstOf(entries: readonly Entry[], count: number, compare: (a: Entry, b: Entry) => number): Entry[] {
  const first: Entry[] = [];
  for (const entry of entries) {
    const last = first[count - 1];
    if (last && compare(last, entry) < 0) continue;
    const place = first.findIndex(one => compare(entry, one) < 0);
    first.splice(place < 0 ? first.length : place, 0, entry);
    first.length = Math.min(first.length, count);
  }
  return first;
}

function afterwards(world: ChannelWorld, incident: Incident, entries: readonly Entry[], anew: boolean): void {
  const { now } = world;
  const rest = entries.some(({ member }) => member.waiting.length > 0);
  touched(incident);
  incident.unanswered = true;
  incident.lastAt = now;
  if (anew) incident.postedAt = now;
  delete incident.post;
  delete incident.stale;
  if (rest) incident.changedAt = now;
  else delete incident.changedAt;
  if (rest) incident.rest = true;
  else delete incident.rest;
  const over = entries.filter(({ known, member }) => !isFiring(known) && member.waiting.length === 0);
  if (over.length <= MAX_OVER) return;
  const oldest = over.toSorted((a, b) => (b.known?.at ?? 0) - (a.known?.at ?? 0)).slice(MAX_OVER);
  drop(
    world,
    incident,
    oldest.map(({ id }) => id),
  );
}

const worstOf = (entries: readonly Entry[]): Severity =>
  entries.reduce<Severity>(
    (worst, { known }) => worse(worst, known ? (isFiring(known) ? known.severity : known.peak) : worst),
    Severity.noAlarm,
  );

function titleOf(incident: Incident, entries: readonly Entry[], firing: number): string {
  const [only] = entries;
  if (!only) return `${incident.title} goes on in the digest`;
  if (entries.length === 1) return only.known?.detail?.title ?? only.id;
  const what = `${entries.length} alarms in ${incident.title || 'no group'}`;
  return firing === 0 ? `${what}, all over` : firing === entries.length ? what : `${what}, ${firing} active`;
}

function itemOf({ id, member, known }: Entry, transitions: number[]): NoticeItem {
  const { detail } = known ?? {};
  const times = member.raised > 1 ? ` (raised ${member.raised} times)` : '';
  return {
    alarm: id,
    transition: known?.transition ?? 0,
    transitions,
    firing: isFiring(known),
    severity: known?.severity ?? Severity.noAlarm,
    peak: known?.peak ?? Severity.noAlarm,
    state: known?.state ?? 'normal',
    title: detail?.title ?? id,
    text: `${detail?.text ?? ''}${times}`.trim(),
    value: detail?.value ?? '',
    limit: detail?.limit ?? '',
    mode: known?.mode ?? '',
    guidance: detail?.guidance ?? '',
    link: detail?.link ?? '',
    audience: detail?.audience ?? [],
    labels: known?.labels ?? {},
    at: detail?.at ?? eventTimeFromMs(known?.at ?? 0),
    ...(detail?.eventTime ? { eventTime: detail.eventTime } : {}),
    ...(detail?.raisedAt ? { raisedAt: detail.raisedAt } : {}),
    ...(detail?.endedAt ? { endedAt: detail.endedAt } : {}),
    by: detail?.by ?? '',
    note: detail?.note ?? '',
  };
}

/** Items as they stand, accounting for nothing: for messages that are about something else. */
export const shownOf = (alarms: readonly (readonly [string, Known])[]): NoticeItem[] =>
  alarms
    .toSorted(([a, one], [b, two]) => rankOf(two.severity) - rankOf(one.severity) || (a < b ? -1 : 1))
    .slice(0, SHOWN)
    .map(([id, known]) =>
      itemOf({ id, known, member: { waiting: [], worst: 0, told: 0, raised: 0 }, rank: 0 }, []),
    );
