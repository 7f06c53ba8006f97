import { silentFrom } from '../../../protocol/expression/scope.ts';
import { ChangeCause } from '../../../protocol/messages/alarm-change.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { Book } from './definition.ts';
import type { InputKey, InputsDraft } from './inputs.ts';
import { leaningUntil } from './mode.ts';
import { Round } from './round.ts';
import type { EngineState, Watch } from './state.ts';
import type { Work } from './work.ts';

/** How often what depends on time alone is evaluated. */
const TICK_MS = 1000;

type Watches = EngineState['watches'];

/**
 * Lets time pass: delays and shelving that end, inputs that have grown stale, a mode that the readings have spoken for long
 * enough, and once a second whatever else depends on time. Goes through what is pending or watched only when the first of
 * it may be due.
 * @returns what changes of the state beside what `work` holds
 */
export function passTime(work: Work, state: EngineState): Pick<EngineState, 'watches' | 'tickedAt'> {
  const { book, now } = work;
  const round = new Round();
  addDue(work, round);
  const watches = addStale(work, state.watches, round);
  const ticks = now - state.tickedAt >= TICK_MS;
  if (ticks) round.addAll(book.timed, false);
  const leaning = leaningUntil(work.mode, book.ruleSet.modes);
  const other =
    ((ticks && book.modesTimed) || (leaning !== undefined && leaning <= now)) && work.recogniseMode();
  if (other) round.addAll(book.modal, false);
  work.evaluate(round, ({ modal }) => ({ cause: other && modal ? ChangeCause.mode : ChangeCause.time }));
  return { watches, tickedAt: ticks ? now : state.tickedAt };
}

/** The first moment at which time alone may change something; it may be early. */
export function nextMoment(state: EngineState, book: Book): Milliseconds | undefined {
  const moments = [
    state.pendingFrom ?? undefined,
    leaningUntil(state.mode, book.ruleSet.modes),
    book.timed.length > 0 || book.modesTimed ? state.tickedAt + TICK_MS : undefined,
    ...Object.values(state.watches).map(({ quietUntil }) =>
      quietUntil === null ? undefined : quietUntil + 1,
    ),
  ].filter(moment => moment !== undefined);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** Something has come: what was silent can grow stale again. */
export function wakeWatches(watches: Watches, now: Milliseconds): Watches {
  const silent = Object.entries(watches).filter(([, { quietUntil }]) => quietUntil === null);
  if (silent.length === 0) return watches;
  const awake = silent.map(([limit, watch]) => [limit, { ...watch, quietUntil: now + Number(limit) }]);
  return { ...watches, ...(Object.fromEntries(awake) as Watches) };
}

function addDue(work: Work, round: Round): void {
  const { now, book } = work;
  const { alarms } = work;
  if (alarms.pendingFrom === null || alarms.pendingFrom > now) return;
  let next: Milliseconds | null = null;
  for (const [id, at] of alarms.pending()) {
    const definition = book.definitions.get(id);
    if (at <= now && definition) round.addAll([definition], false);
    else if (next === null || at < next) next = at;
  }
  alarms.pendingFrom = next;
}

/** An input is stale once it is older than the limit; one that has never come, that long after it was first looked for. */
function addStale(work: Work, watches: Watches, round: Round): Watches {
  const { now, book } = work;
  let changed = watches;
  for (const [limit, inputs] of book.stale) {
    const watch: Watch | undefined = watches[limit];
    if (watch && (watch.quietUntil === null || watch.quietUntil >= now)) continue;
    let quietUntil: Milliseconds | null = null;
    for (const [key, definitions] of inputs) {
      const staleFrom = silentFrom(work, lastAt(work.inputs, key)) + limit;
      if (staleFrom >= now) quietUntil = Math.min(quietUntil ?? staleFrom, staleFrom);
      else if (!watch || staleFrom >= watch.lookedAt) round.addAll(definitions, false);
    }
    changed = { ...changed, [limit]: { lookedAt: now, quietUntil } };
  }
  return changed;
}

function lastAt(inputs: InputsDraft, key: InputKey): Milliseconds | undefined {
  const name = key.slice(key.indexOf(' ') + 1);
  if (key.startsWith('device ')) return inputs.device(name)?.at;
  const beats = Object.values(inputs.heartbeats(name)).map(({ at }) => at);
  return beats.length === 0 ? undefined : Math.max(...beats);
}
