import { isDeepStrictEqual } from 'node:util';
import type { Received } from '../../../fixtures/receiver/receiver.ts';
import { AlarmState, isActive } from '../../../protocol/alarm/alarm-state.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { type Notice, type NoticeOutcome, notice } from '../../../protocol/messages/notice.ts';

/** What is left of a run in which things were killed: the streams, what the channels have, and what should be there. */
export interface Evidence {
  /** Everything that the engine told, and what one that was never interrupted tells of the same inputs. */
  readonly told: readonly unknown[];
  readonly expected: readonly unknown[];
  readonly changes: readonly AlarmChange[];
  /** The same of the dispatcher. */
  readonly decided: readonly unknown[];
  readonly expectedNotices: readonly unknown[];
  readonly notices: readonly Notice[];
  readonly outcomes: readonly NoticeOutcome[];
  /** Requests at the webhook of channel `log`. */
  readonly received: readonly Received[];
  /** Messages in the Discord of channel `chat`, by id. */
  readonly messages: readonly string[];
  readonly deadLetters: number;
  /** Kills and outages that a notice may have been in flight at. */
  readonly interruptions: number;
}

/** What is wrong; nothing when everything survived. */
export function judge(evidence: Evidence): string[] {
  const { told, expected, decided, expectedNotices, deadLetters } = evidence;
  return [
    ...firstDifference('alarms', told, expected),
    ...firstDifference('notices', decided, expectedNotices),
    ...[...new Set(evidence.notices.map(({ channel }) => channel))].flatMap(channel =>
      accountsOf(evidence, channel),
    ),
    ...atTheReceiver(evidence),
    ...inTheChat(evidence),
    ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
  ];
}

function firstDifference(what: string, found: readonly unknown[], wanted: readonly unknown[]): string[] {
  const at = wanted.findIndex((one, index) => !isDeepStrictEqual(one, found[index]));
  if (at >= 0) return [`${what}: number ${at} is ${clip(found[at])}, not ${clip(wanted[at])}`];
  return found.length > wanted.length ? [`${what}: ${found.length} and not ${wanted.length}`] : [];
}

const clip = (body: unknown): string => (JSON.stringify(body) ?? 'nothing').slice(0, 1000);

/** A transition that is not in exactly one notice of a channel. */
export interface Misaccount {
  readonly change: AlarmChange;
  /** Notices that it is in. */
  readonly count: number;
}

/** From the first time that an alarm is active, each of its transitions is to be in one notice of the channel. */
export function misaccounts(
  { changes, notices }: Pick<Evidence, 'changes' | 'notices'>,
  channel: string,
): Misaccount[] {
  const accounts = new Map<string, number>();
  for (const one of notices) {
    if (one.channel !== channel) continue;
    for (const { alarm, transitions } of [...one.items, ...one.covered]) {
      for (const transition of transitions) {
        const key = `${alarm}:${transition}`;
        accounts.set(key, (accounts.get(key) ?? 0) + 1);
      }
    }
  }
  const active = new Set<string>();
  const wrong: Misaccount[] = [];
  for (const change of changes) {
    const { alarm, transition, to } = change;
    if (isActive(to)) active.add(alarm);
    const count = accounts.get(`${alarm}:${transition}`) ?? 0;
    if (count > 1 || (count === 0 && active.has(alarm) && !isHiddenOnly(change)))
      wrong.push({ change, count });
  }
  return wrong;
}

/** The same in words. */
export const accountsOf = (evidence: Pick<Evidence, 'changes' | 'notices'>, channel: string): string[] =>
  misaccounts(evidence, channel).map(
    ({ change: { alarm, transition, to }, count }) =>
      `${channel}: ${alarm} ${transition} (${to}) is in ${count} notices`,
  );

/** An alarm that is over becomes hidden, or visible again: that may be nobody's news. */
const isHiddenOnly = ({ from, to }: AlarmChange): boolean =>
  !isActive(from) && !isActive(to) && [from, to].includes(AlarmState.suppressed);

/** Every notice arrived, and only one that was in flight at an interruption came a second time: the same, word for word. */
function atTheReceiver({ notices, received, interruptions }: Evidence): string[] {
  const wanted = notices.filter(({ channel }) => channel === 'log').map(one => notice.identity(one));
  const first = new Map<string, Received>();
  const wrong: string[] = [];
  for (const one of received) {
    const before = first.get(decodeURIComponent(one.key));
    if (!before) first.set(decodeURIComponent(one.key), one);
    else if (!isDeepStrictEqual(before.payload, one.payload))
      wrong.push(`${one.key} says something else the second time`);
  }
  const repeated = received.length - first.size;
  if (repeated > interruptions)
    wrong.push(`${repeated} pages came again, after ${interruptions} interruptions`);
  for (const key of wanted) if (!first.delete(key)) wrong.push(`${key} never arrived`);
  for (const key of first.keys()) wrong.push(`${key} arrived, and nobody had decided it`);
  return wrong;
}

/** Every message is one that an outcome names, and no two first messages are the same one. */
function inTheChat({ notices, outcomes, messages }: Evidence): string[] {
  const numbered = new Map(notices.map(one => [notice.identity(one), one]));
  const posted = outcomes
    .filter(({ channel, result }) => channel === 'chat' && result === 'sent')
    .filter(outcome => numbered.get(`chat:${outcome.number}`)?.edits === undefined)
    .map(({ reference = 'none' }) => reference);
  const wrong: string[] = [];
  if (new Set(posted).size !== posted.length) wrong.push('two first messages of the chat are one');
  const known = new Set(posted);
  for (const id of messages) if (!known.delete(id)) wrong.push(`message ${id} of the chat is nobody's`);
  for (const id of known) wrong.push(`message ${id} is not in the chat`);
  const doubtful = outcomes.filter(one => one.channel === 'chat' && one.doubtful).length;
  if (doubtful > 0) wrong.push(`${doubtful} messages of the chat are in doubt`);
  return wrong;
}
