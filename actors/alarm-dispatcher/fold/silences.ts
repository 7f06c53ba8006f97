import { compileMatchers } from '../../../protocol/alarm/matcher.ts';
import { asSpillwayError, type ErrorCode } from '../../../protocol/errors.ts';
import { type AlarmCommand, noticeCommandResult } from '../../../protocol/messages/alarm-command.ts';
import { eventTimeFromMs, eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';
import { announce, channelsOf, tellSilence } from './announce.ts';
import { askFor } from './ask.ts';
import { scheduleEscalation } from './escalation.ts';
import { incidentOf } from './incidents.ts';
import { touched } from './look.ts';
import { fits } from './silenced.ts';
import type { Known, SilenceState } from './state.ts';
import { tell } from './tell.ts';
import { inChannel, isFiring, isSilenced, isUrgent, rankOf, sweepBy, type World } from './world.ts';

/** Silences at one time, those that have ended and are still listed included. */
export const MAX_SILENCES = 500;

/** A silence is told of again so often, lest its last message grow too old for the stream. */
const RETELL_MS = 7 * 86_400_000;

type SilenceCommand = Extract<AlarmCommand, { kind: 'silence' }>;
type ExpireCommand = Extract<AlarmCommand, { kind: 'expire-silence' }>;

/** Does a command about silences, or refuses it, and answers it. */
export function command(world: World, body: SilenceCommand | ExpireCommand): void {
  const refusal = body.kind === 'silence' ? make(world, body) : expire(world, body);
  const message =
    refusal?.[1] ?? (body.kind === 'silence' ? 'the silence is in force' : 'the silence has ended');
  world.reasons.push(`${body.kind} by ${body.by}: ${message}`);
  world.outputs.push({
    type: noticeCommandResult,
    body: {
      command: body.id,
      kind: body.kind,
      done: refusal === undefined,
      ...(refusal ? { code: refusal[0] } : {}),
      message,
      at: eventTimeFromMs(world.now),
    },
  });
}

type Refusal = readonly [code: ErrorCode, message: string] | undefined;

function make(world: World, body: SilenceCommand): Refusal {
  const { state, now } = world;
  const [startsAt, endsAt] = [eventTimeToMs(body.startsAt), eventTimeToMs(body.endsAt)];
  const before = state.silences.get(body.silence);
  if (before?.phase === 'expired') return ['COMMAND_REFUSED', 'the silence has ended: make a new one'];
  if (endsAt <= startsAt) return ['COMMAND_REFUSED', 'the silence would end before it starts'];
  if (endsAt <= now) return ['COMMAND_REFUSED', 'the silence would have ended already'];
  if (!before && state.silences.size >= MAX_SILENCES) {
    return ['COMMAND_REFUSED', `there are ${MAX_SILENCES} silences already`];
  }
  try {
    compileMatchers(body.matchers);
  } catch (thrown) {
    const { code, message } = asSpillwayError(thrown);
    return [code, message];
  }
  if (before?.phase === 'active') release(world, body.silence);
  const silence: SilenceState = {
    revision: before?.revision ?? 0,
    phase: 'pending',
    matchers: body.matchers,
    startsAt,
    endsAt,
    endWhenCleared: body.endWhenCleared,
    by: body.by,
    comment: body.comment,
    endedBy: '',
    matching: 0,
    seen: before?.seen ?? false,
    fired: before?.fired ?? 0,
    channels: before?.channels ?? [],
    toldAt: now,
  };
  state.silences.set(body.silence, silence);
  if (startsAt <= now) begin(world, body.silence, silence);
  else {
    tellSilence(world, body.silence, silence);
    sweepBy(state, startsAt);
  }
  if (before?.phase === 'active') raiseAgain(world);
  return undefined;
}

function expire(world: World, body: ExpireCommand): Refusal {
  const silence = world.state.silences.get(body.silence);
  if (!silence) return ['COMMAND_REFUSED', 'no silence has this id'];
  if (silence.phase === 'expired') return ['COMMAND_REFUSED', 'the silence has ended already'];
  end(world, body.silence, silence, body.by);
  return undefined;
}

function begin(world: World, id: string, silence: SilenceState): void {
  const { state, now } = world;
  silence.phase = 'active';
  for (const [alarm, known] of state.alarms) {
    if (!fits(silence, alarm, known)) continue;
    known.silences = [...(known.silences ?? []), id];
    if (isFiring(known)) {
      silence.matching++;
      silence.seen = true;
    }
    scheduleEscalation(world, known);
  }
  touchAll(world);
  const affected = channelsOf(world, silence);
  silence.channels = [...new Set([...silence.channels, ...affected])];
  announce(world, id, silence.channels);
  tellSilence(world, id, silence);
  sweepBy(state, Math.min(silence.endsAt, now + RETELL_MS));
}

function end(world: World, id: string, silence: SilenceState, endedBy: string): void {
  const { state, now } = world;
  const wasActive = silence.phase === 'active';
  silence.phase = 'expired';
  silence.endsAt = now;
  silence.endedBy = endedBy;
  if (wasActive) {
    release(world, id);
    announce(world, id, silence.channels);
    raiseAgain(world);
  }
  tellSilence(world, id, silence);
  sweepBy(state, now + world.plan.keepSilencesMs);
}

function touchAll({ state }: World): void {
  for (const { incidents } of state.channels.values()) for (const one of incidents.values()) touched(one);
}

/** Takes a silence from the alarms that it holds back. */
function release(world: World, id: string): void {
  const { state } = world;
  touchAll(world);
  for (const known of state.alarms.values()) {
    if (!known.silences?.includes(id)) continue;
    const others = known.silences.filter(other => other !== id);
    if (others.length > 0) known.silences = others;
    else delete known.silences;
  }
}

/** What is still active at the end of a silence is told as if it had been raised now, where it has not been told. */
function raiseAgain(world: World): void {
  for (const [alarm, known] of world.state.alarms) {
    if (isSilenced(known)) continue;
    // In time for an incident that the silence has held: it goes on.
    for (const name of world.plan.channels.keys()) goOn(world, name, alarm, known);
    if (!isFiring(known)) continue;
    for (const path of known.routes) {
      const route = world.plan.router.routes.get(path);
      if (route) tell(world, alarm, known, route, 'page');
    }
    if (known.since === undefined) scheduleEscalation(world, known);
  }
}

function goOn(world: World, name: string, alarm: string, known: Known): void {
  const channel = inChannel(world, name);
  const incident = channel && incidentOf(channel, alarm);
  const member = incident?.members.get(alarm);
  if (!channel || !incident || !member) return;
  const rank = isFiring(known) ? rankOf(known.severity) : 0;
  if (rank > member.told) incident.post ??= { kind: 'page', since: world.now };
  if (rank > member.told || member.waiting.length > 0) askFor(channel, incident, isUrgent(rank));
}

/** Starts and ends silences whose time has come, and forgets those that were listed long enough. */
export function sweepSilences(world: World): void {
  const { state, plan, now } = world;
  const by = (at: Milliseconds) => sweepBy(state, at);
  for (const [id, silence] of state.silences) {
    if (silence.phase === 'expired') {
      if (silence.endsAt + plan.keepSilencesMs <= now) state.silences.delete(id);
      else by(silence.endsAt + plan.keepSilencesMs);
      continue;
    }
    if (silence.endsAt <= now) end(world, id, silence, '');
    else if (silence.phase === 'pending' && silence.startsAt <= now) begin(world, id, silence);
    else if (silence.phase === 'pending') by(silence.startsAt);
    else if (isOver(silence)) end(world, id, silence, '');
    else {
      if (silence.toldAt + RETELL_MS <= now) tellSilence(world, id, silence);
      by(Math.min(silence.endsAt, silence.toldAt + RETELL_MS));
    }
  }
}

/** Whether it was to end with what it matches, and that has ended: not before anything was there. */
const isOver = ({ endWhenCleared, matching, seen }: SilenceState): boolean =>
  endWhenCleared && seen && matching === 0;
