import { formatMatcher } from '../../../protocol/alarm/matcher.ts';
import { Severity } from '../../../protocol/alarm/severity.ts';
import { type Notice, notice } from '../../../protocol/messages/notice.ts';
import { type Silence, silence as silenceType } from '../../../protocol/messages/silence.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { mayShare } from '../routes/router.ts';
import { expectAnswer } from './budget.ts';
import { shownOf } from './compose.ts';
import { fits } from './silenced.ts';
import type { SilenceState } from './state.ts';
import { type ChannelWorld, isFiring, pumpBy, type World } from './world.ts';

/** Writes down a silence as it is now, for whoever lists silences. */
export function tellSilence(world: World, id: string, silence: SilenceState): void {
  silence.revision++;
  silence.toldAt = world.now;
  const { revision, phase, matchers, endWhenCleared, by, comment, endedBy, matching, fired } = silence;
  const body: Silence = {
    silence: id,
    revision,
    phase,
    matchers,
    startsAt: eventTimeFromMs(silence.startsAt),
    endsAt: eventTimeFromMs(silence.endsAt),
    endWhenCleared,
    by,
    comment,
    endedBy,
    matching,
    fired,
    at: eventTimeFromMs(world.now),
  };
  world.outputs.push({ type: silenceType, body });
}

/** Channels that a route leads to which may take what the silence holds back. */
export function channelsOf({ plan }: World, { matchers }: SilenceState): string[] {
  const routes = [...plan.router.routes.values()].filter(route => mayShare(route, matchers));
  const named = new Set(
    routes.flatMap(({ channels, escalate }) => [...channels, ...escalate.flatMap(step => step.channels)]),
  );
  return [...plan.channels.keys()].filter(name => named.has(name));
}

/** Has its channels told what has become of a silence. What one has not been told yet is told as it is then. */
export function announce({ state, now }: World, id: string, channels: readonly string[]): void {
  for (const name of channels) {
    const channel = state.channels.get(name);
    if (!channel) continue;
    if (!channel.announcements.some(({ silence }) => silence === id)) {
      channel.announcements.push({ silence: id, since: now });
    }
    pumpBy(channel, now);
  }
}

/** Decides the notice of the longest waiting announcement. */
export function composeAnnouncement(world: ChannelWorld): void {
  const { channel, rules, state, now } = world;
  const id = channel.announcements.shift()?.silence;
  const silence = id === undefined ? undefined : state.silences.get(id);
  if (id === undefined || !silence) return;
  const held = [...state.alarms].filter(([alarm, known]) => isFiring(known) && fits(silence, alarm, known));
  const items = shownOf(held);
  const body: Notice = {
    channel: rules.name,
    number: ++channel.number,
    kind: 'silence',
    incident: `silence:${id}`,
    receiver: 'silence',
    groupLabels: {},
    firing: items.length > 0,
    severity: items[0]?.severity ?? Severity.noAlarm,
    title: titleOf(silence, held.length),
    items,
    more: held.length - items.length,
    covered: [],
    link: '/',
    at: eventTimeFromMs(now),
  };
  expectAnswer(world, body.number, '', false);
  world.outputs.push({ type: notice, body });
}

function titleOf(silence: SilenceState, active: number): string {
  const { phase, matchers, by, comment, endsAt, endedBy, endWhenCleared, fired } = silence;
  const what = matchers.map(formatMatcher).join(', ').slice(0, 200);
  if (phase === 'expired') {
    const who = endedBy ? ` by ${endedBy}` : '';
    return `Silence ended${who}: ${what}. Raised meanwhile: ${fired}, active now: ${active}`;
  }
  const until = `${new Date(endsAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const early = endWhenCleared ? ' or until all is clear' : '';
  const why = comment ? `: ${comment.slice(0, 200)}` : '';
  return `Silence until ${until}${early} by ${by}, ${what}${why}`;
}
