import { areaOf } from '../../../protocol/alarm/alarm-id.ts';
import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import type { CompiledRoute } from '../routes/router.ts';
import { askFor } from './ask.ts';
import { scheduleEscalation } from './escalation.ts';
import { forget, incidentOf } from './incidents.ts';
import { rankOfMember, touched } from './look.ts';
import { recount, silencesOf } from './silenced.ts';
import { addTo } from './spans.ts';
import type { Known } from './state.ts';
import { tell } from './tell.ts';
import { labelsOf, type Told } from './told.ts';
import { type ChannelWorld, inChannel, isFiring, isSilenced, isUrgent, rankOf, type World } from './world.ts';

/** Details are kept of so many alarms, and of urgent ones of three times as many: a flood must not fill the state. */
const DETAILED = 1_000;

/** Beyond so many, a notification that says it goes on is taken for one that is over as it is told. */
const MAX_KNOWN = 20_000;

/** Where the dispatcher tells of a channel when no route leads elsewhere. */
const OWN_ROUTE: Omit<CompiledRoute, 'channels'> = {
  path: 'spillway',
  group: 'alarm',
  repeatMs: undefined,
  escalate: [],
  matches: [],
};

/**
 * Takes one transition in: into every incident that its alarm is part of, and, when it is active, into those of the
 * channels that its routes name.
 * @param except a channel that is not to be told
 */
export function follow(world: World, told: Told, except?: string): void {
  const { state, plan } = world;
  const before = state.alarms.get(told.id);
  if (before && told.transition <= before.transition) {
    world.reasons.push(`${told.id}: transition ${told.transition} has been told`);
    return;
  }
  const known = next(world, told, before);
  state.alarms.set(told.id, known);
  recount(world, before, known);
  const active = isFiring(known) || told.event;
  const raised = active && !isFiring(before);
  const quiet = isNobodysNews(before, known, told.event);
  for (const name of plan.channels.keys()) {
    const channel = inChannel(world, name);
    if (!channel) continue;
    if (quiet) lookAgain(channel, told.id);
    else carryOn(channel, told.id, known, raised, told.event);
  }
  if (active) {
    const routes = routesOf(world, told, except);
    known.routes = routes.map(({ path }) => path);
    if (isSilenced(known)) countFired(world, known, raised);
    else for (const route of routes) tell(world, told.id, known, route, 'page', told.event);
  }
  scheduleEscalation(world, known);
  forget(world, told.id);
}

/**
 * An alarm that was over and is now hidden, or no longer hidden and still over: the beam went off and on again. It is in the
 * history, and no reason to write to anybody.
 */
const isNobodysNews = (before: Known | undefined, known: Known, event: boolean): boolean =>
  !event &&
  before !== undefined &&
  !isFiring(before) &&
  !isFiring(known) &&
  (before.state === AlarmState.suppressed || known.state === AlarmState.suppressed);

function next(world: World, told: Told, before: Known | undefined): Known {
  const { kind, transition, severity, peak, mode, labels, detail } = told;
  const { size } = world.state.alarms;
  const full = size >= MAX_KNOWN && !before && kind === 'notification';
  const detailed = size < DETAILED || (size < 3 * DETAILED && isUrgent(rankOf(peak)));
  const known: Known = {
    kind,
    transition,
    severity,
    peak,
    state: full ? 'normal' : told.state,
    mode,
    labels,
    at: world.now,
    routes: before?.routes ?? [],
    ...(before?.since === undefined ? {} : { since: before.since }),
    ...(before?.steps ? { steps: before.steps } : {}),
    ...(detailed || before?.detail ? { detail } : {}),
  };
  const silences = silencesOf(world, told.id, known);
  if (silences.length > 0) known.silences = silences;
  return known;
}

function routesOf(world: World, told: Told, except: string | undefined): CompiledRoute[] {
  const { router, channels } = world.plan;
  const routes = router.route({
    kind: told.kind,
    area: areaOf(told.id),
    severity: told.event ? told.peak : told.severity,
    state: told.event ? 'unacknowledged' : told.state,
    audience: told.audience,
    mode: told.mode,
    labels: labelsOf(told.id, told),
    at: world.now,
  });
  if (except === undefined) return [...routes];
  const others = routes
    .map(route => ({ ...route, channels: route.channels.filter(name => name !== except) }))
    .filter(route => route.channels.length > 0);
  if (others.length > 0) return others;
  return [{ ...OWN_ROUTE, channels: [...channels.keys()].filter(name => name !== except) }];
}

/** What was worked out about the alarm's incident holds no longer. */
function lookAgain(world: ChannelWorld, id: string): void {
  const incident = incidentOf(world, id);
  if (incident) touched(incident);
}

/** An alarm that is in an incident stays in it, whatever it becomes, until the incident is over. */
function carryOn(world: ChannelWorld, id: string, known: Known, raised: boolean, event: boolean): void {
  const incident = incidentOf(world, id);
  const member = incident?.members.get(id);
  if (!incident || !member) return;
  const { now, plan } = world;
  touched(incident);
  if (raised) {
    // Away for as long as an incident takes to be over, it is news again.
    const anew = member.clearedAt !== undefined && now - member.clearedAt >= plan.closeMs;
    if (anew || event) member.told = 0;
    member.raised = anew ? 1 : member.raised + 1;
    delete member.clearedAt;
  } else if (!isFiring(known)) member.clearedAt ??= now;
  if (event) member.event = true;
  addTo(member.waiting, known.transition);
  incident.changedAt ??= now;
  if (isFiring(known)) delete incident.quietSince;
  const rank = isSilenced(known) ? 0 : rankOfMember(known, member);
  member.worst = Math.max(member.worst, rank);
  if (rank > member.told && (isUrgent(rank) || event || incident.postedAt === undefined)) {
    incident.post ??= { kind: 'page', since: now };
  }
  askFor(world, incident, isUrgent(rank));
}

function countFired({ state }: World, known: Known, raised: boolean): void {
  if (!raised) return;
  for (const id of known.silences ?? []) {
    const silence = state.silences.get(id);
    if (silence) silence.fired++;
  }
}
