import type { AlarmCommand } from '../../../protocol/messages/alarm-command.ts';
import type { AlarmRules } from '../../../protocol/messages/alarm-rules.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import type { LedgerEntry } from '../../../protocol/messages/ledger-entry.ts';
import type { LedgerGap } from '../../../protocol/messages/ledger-gap.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import { type Wake, wake } from '../../../protocol/messages/wake.ts';
import { eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Delivered, Step } from '../../../runtime/actor.ts';
import { bookInForce } from './book-shelf.ts';
import type { InputKey } from './inputs.ts';
import type { EngineState } from './state.ts';
import { takeCommand } from './take-command.ts';
import { takeNews } from './take-news.ts';
import { takeRules } from './take-rules.ts';
import { nextMoment, passTime, wakeWatches } from './time.ts';
import { Work } from './work.ts';

/** What the engine folds. */
export type EngineMessage = Readings | Health | LedgerEntry | LedgerGap | AlarmCommand | AlarmRules | Wake;

/**
 * The engine, whole: first time passes up to the message, with the world as it was; then the message is taken. So what was
 * due before it is not lost to it, however late a wake comes.
 */
export function step(before: EngineState, message: Delivered<EngineMessage>): Step<EngineState> {
  const state = hearing(before, message);
  const work = new Work(state, bookInForce(state), message.storedAt);
  const timed = { ...state, ...passTime(work, state) };
  const taken = take(work, timed, message);
  return {
    state: { ...timed, ...work.finish(), ...taken.state },
    outputs: work.outputs,
    reason: taken.reason,
  };
}

/**
 * Heartbeats come every second, the engine's own among them: when nothing at all has come for so long, nobody could be heard.
 */
const DARK_MS = 10_000;

/** After a time in the dark everything is given its time anew: a system that was stopped and started is no alarm. */
function hearing(state: EngineState, { type, body, storedAt: now }: Delivered<EngineMessage>): EngineState {
  const { heardAt } = state;
  // A wake that comes when it was asked for shows that somebody was there to listen.
  const punctual = type === wake.type && now - eventTimeToMs((body as Wake).at) <= DARK_MS;
  const dark = heardAt > 0 && now - heardAt > DARK_MS && !punctual;
  return { ...state, heardAt: now, ...(dark ? { resumedAt: now, watches: {} } : {}) };
}

/** When the engine wants a wake if nothing else comes before. */
export const wakeAt = (state: EngineState): Milliseconds | undefined => nextMoment(state, bookInForce(state));

interface Taken {
  readonly state: Partial<EngineState>;
  readonly reason: string;
}

function take(work: Work, state: EngineState, { type, body, storedAt }: Delivered<EngineMessage>): Taken {
  const { inputs, book } = work;
  const news = (touched: readonly InputKey[]): Taken => {
    if (touched.length === 0) return { state: {}, reason: 'no rule asks for it' };
    takeNews(work, touched);
    const { watches } = state;
    return { state: { watches: wakeWatches(watches, storedAt) }, reason: `${touched.length} inputs` };
  };
  switch (type) {
    case 'readings/1':
    case 'slow-readings/1':
      return news(inputs.takeReadings(body as Readings, storedAt, book.wanted));
    case 'health/1':
      return news(inputs.takeHealth(body as Health, storedAt, book.wanted));
    case 'ledger-entry/1':
      return news(inputs.takeEntry(body as LedgerEntry, storedAt, book.wanted));
    case 'ledger-gap/1':
      return news(inputs.takeGap(body as LedgerGap, storedAt, book.wanted));
    case 'alarm-command/1':
      return takeCommand(work, state, body as AlarmCommand);
    case 'alarm-rules/1':
      return takeRules(work, state, body as AlarmRules);
    default:
      return { state: {}, reason: 'time' };
  }
}
