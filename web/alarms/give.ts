import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import type { Api } from '../net/api.ts';
import { attempt } from '../net/attempt.ts';
import { uuid } from '../net/uuid.ts';
import type { Verb } from './actions.ts';

/** One thing to do to one alarm, as the person saw it. Sent twice under its id, it is done once. */
export interface Order {
  readonly id: string;
  readonly verb: Verb;
  readonly seen: AlarmChange;
  readonly words: Readonly<Record<string, unknown>>;
}

export const orderOf = (verb: Verb, seen: AlarmChange, words: Order['words']): Order => ({
  id: uuid(),
  verb,
  seen,
  words,
});

export interface Outcome {
  readonly order: Order;
  /**
   * `waiting`: stored, the engine has not answered. `moved`: the alarm is another than the person saw, `now`. `unsure`: nobody
   * knows whether it is done; it can be sent again. `refused`: it is not done, and would not be.
   */
  readonly kind: 'done' | 'waiting' | 'moved' | 'unsure' | 'refused';
  readonly message: string;
  readonly now?: AlarmChange;
}

/** Sends it and says plainly what became of it. Never throws. */
export async function give(api: Pick<Api, 'command'>, order: Order): Promise<Outcome> {
  const { id, verb, seen, words } = order;
  const { kind, message, error } = await attempt(() =>
    api.command(seen.alarm, verb, { ...words, id, expected: seen.transition }),
  );
  if (error?.code === 'COMMAND_STALE' && error.alarm)
    return { order, kind: 'moved', message, now: error.alarm };
  return { order, kind, message };
}
