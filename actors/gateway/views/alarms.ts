import type { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { type AlarmFilter, chooseAlarms } from '../../../protocol/alarm/choose.ts';
import { type AlarmChange, alarmChange, ChangeCause } from '../../../protocol/messages/alarm-change.ts';
import { type AlarmRulesApplied, alarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import { type MachineMode, machineMode } from '../../../protocol/messages/machine-mode.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { Delivered } from '../../../runtime/actor.ts';

/** Every alarm as it is now, the machine mode and the rules: what the ALARM stream says last. */
export class AlarmsView {
  readonly #alarms = new Map<AlarmId, AlarmChange>();
  readonly #listeners = new Set<() => void>();
  #mode: MachineMode | undefined;
  #rules: AlarmRulesApplied | undefined;
  #revision = 0;

  see({ type, body, sequence }: Pick<Delivered<unknown>, 'type' | 'body' | 'sequence'>): void {
    if (type === alarmChange.type) {
      const change = body as AlarmChange;
      if (change.cause === ChangeCause.removed) this.#alarms.delete(change.alarm);
      else this.#alarms.set(change.alarm, change);
    } else if (type === machineMode.type) {
      this.#mode = body as MachineMode;
    } else if (type === alarmRulesApplied.type) {
      this.#rules = body as AlarmRulesApplied;
    }
    this.#revision = sequence;
    for (const listener of this.#listeners) listener();
  }

  /** Sequence of the last message seen: equal for equal contents. */
  get revision(): number {
    return this.#revision;
  }

  get mode(): MachineMode | undefined {
    return this.#mode;
  }

  get rules(): AlarmRulesApplied | undefined {
    return this.#rules;
  }

  find(id: AlarmId): AlarmChange | undefined {
    return this.#alarms.get(id);
  }

  /** Worst first, then the latest. */
  list(filter: AlarmFilter): AlarmChange[] {
    return chooseAlarms(this.#alarms.values(), filter);
  }

  /** Calls the listener after every change, until the returned thing is disposed of. */
  listen(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** The alarm, once it has made this transition, or as it is when that takes too long. */
  async reached(id: AlarmId, transition: number, timeoutMs: Milliseconds): Promise<AlarmChange | undefined> {
    const isThere = () => (this.find(id)?.transition ?? -1) >= transition;
    if (!isThere()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      using _listening = this.listen(() => isThere() && resolve());
      const timer = setTimeout(resolve, timeoutMs);
      await promise;
      clearTimeout(timer);
    }
    return this.find(id);
  }
}
