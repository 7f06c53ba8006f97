import type { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import type { ErrorCode } from '../../../protocol/errors.ts';
import type { AlarmCommand } from '../../../protocol/messages/alarm-command.ts';
import { eventTimeFromMs, eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Rule } from '../rules/rule.ts';
import { assign, settle } from './advance.ts';
import { type Alarm, stateBeneath, stateOf } from './alarm.ts';
import { durationText, timeText } from './words.ts';

/** A command about one alarm. */
export type AlarmOrder = Extract<AlarmCommand, { readonly alarm: AlarmId }>;

/** What becomes of a command; `message` is for whoever gave it. */
export type Outcome =
  | { readonly done: true; readonly alarm: Alarm; readonly message: string }
  | { readonly done: false; readonly code: ErrorCode; readonly message: string };

type Orders = { readonly [Kind in AlarmOrder['kind']]: Handler<Extract<AlarmOrder, { kind: Kind }>> };
type Handler<Order> = (alarm: Alarm, rule: Ruled, order: Order, now: Milliseconds) => Outcome;
type Ruled = Pick<Rule, 'id' | 'latch' | 'shelveMaxMs'>;

/**
 * Does to an alarm what a person wants done.
 * @param now when JetStream stored the command: what it sets begins then
 * @returns COMMAND_STALE when the alarm is not the one the person saw, COMMAND_REFUSED when it makes no sense in its state
 */
export function obey(alarm: Alarm, rule: Ruled, order: AlarmOrder, now: Milliseconds): Outcome {
  if (order.expected !== undefined && order.expected !== alarm.transition) {
    const seen = `you saw change ${order.expected}, it is now at change ${alarm.transition}`;
    return refuse('COMMAND_STALE', `${rule.id} has changed: ${seen} and ${stateOf(alarm)}; look again`);
  }
  const handle = ORDERS[order.kind] as Handler<AlarmOrder>;
  const outcome = handle(alarm, rule, order, now);
  return outcome.done ? { ...outcome, alarm: settle(outcome.alarm, rule) } : outcome;
}

const UNSEEN: ReadonlySet<AlarmState> = new Set([
  AlarmState.unacknowledged,
  AlarmState.latchedUnacknowledged,
  AlarmState.returnedUnacknowledged,
]);

const ORDERS: Orders = {
  acknowledge(alarm, { id }, { by, note }, now) {
    if (alarm.acknowledged) {
      const { by: who, at } = alarm.acknowledged;
      return refuse('COMMAND_REFUSED', `${who} has acknowledged ${id} at ${timeText(eventTimeToMs(at))}`);
    }
    if (!UNSEEN.has(stateBeneath(alarm)))
      return refuse('COMMAND_REFUSED', `${id} is ${overSince(alarm)}: there is nothing to acknowledge`);
    return done(
      assign(alarm, { acknowledged: { by, at: eventTimeFromMs(now), note }, returned: undefined }),
      `${id} is acknowledged`,
    );
  },

  unacknowledge(alarm, { id }) {
    if (!alarm.acknowledged) return refuse('COMMAND_REFUSED', `${id} is not acknowledged`);
    return done(assign(alarm, { acknowledged: undefined }), `${id} is no longer acknowledged`);
  },

  reset(alarm, { id }) {
    if (alarm.condition)
      return refuse('COMMAND_REFUSED', `${id} is still active: it can be reset when it is over`);
    if (!alarm.latched) return refuse('COMMAND_REFUSED', `${id} is not latched: there is nothing to reset`);
    return done(assign(alarm, { latched: undefined, returned: undefined }), `${id} is reset`);
  },

  shelve(alarm, { id, shelveMaxMs }, { by, reason, durationMs, oneShot }, now) {
    if (durationMs > shelveMaxMs)
      return refuse(
        'COMMAND_REFUSED',
        `${id} can be shelved for ${durationText(shelveMaxMs)} at most, not for ${durationText(durationMs)}`,
      );
    const until = now + durationMs;
    const shelved = { by, at: eventTimeFromMs(now), reason, until: eventTimeFromMs(until), oneShot };
    const end = oneShot ? 'its return to normal, at the latest until ' : '';
    return done(assign(alarm, { shelved }), `${id} is shelved until ${end}${timeText(until)}`);
  },

  unshelve(alarm, { id }) {
    if (!alarm.shelved) return refuse('COMMAND_REFUSED', `${id} is not shelved`);
    return done(assign(alarm, { shelved: undefined }), `${id} is no longer shelved`);
  },

  disable(alarm, { id }, { by, reason }, now) {
    if (alarm.disabled)
      return refuse('COMMAND_REFUSED', `${alarm.disabled.by} has taken ${id} out of service already`);
    return done(
      assign(alarm, { disabled: { by, at: eventTimeFromMs(now), reason } }),
      `${id} is out of service`,
    );
  },

  enable(alarm, { id }) {
    if (alarm.disabled)
      return done(
        assign(alarm, { disabled: undefined }),
        alarm.fault ? `${id} stays out of service, for its rule is at fault` : `${id} is in service again`,
      );
    return refuse(
      'COMMAND_REFUSED',
      alarm.fault
        ? `the rule of ${id} is at fault (${alarm.fault}): it is in service again when the rule has been changed`
        : `${id} is in service`,
    );
  },

  comment: (alarm, { id }, { by, note }, now) =>
    done(assign(alarm, { comment: { by, at: eventTimeFromMs(now), note } }), `the comment stands at ${id}`),

  'take-over'(alarm, { id }, { by }) {
    if (alarm.owner === by) return refuse('COMMAND_REFUSED', `${id} is yours already`);
    if (stateBeneath(alarm) === AlarmState.normal)
      return refuse('COMMAND_REFUSED', `${id} is ${overSince(alarm)}: there is nothing to take over`);
    return done(assign(alarm, { owner: by }), `${id} is now with ${by}`);
  },
};

const done = (alarm: Alarm, message: string): Outcome => ({ done: true, alarm, message });
const refuse = (code: ErrorCode, message: string): Outcome => ({ done: false, code, message });

const overSince = ({ returnedAt }: Alarm): string =>
  returnedAt === undefined ? 'normal' : `normal since ${timeText(returnedAt)}`;
