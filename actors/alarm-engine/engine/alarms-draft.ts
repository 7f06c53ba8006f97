import type { Milliseconds } from '../../../protocol/time.ts';
import { BucketsDraft } from '../buckets.ts';
import { deadlineOf } from '../life/advance.ts';
import { type Alarm, UNTOUCHED } from '../life/alarm.ts';
import type { Rule } from '../rules/rule.ts';
import type { EngineState } from './state.ts';

/** Alarms while a step is made: what each is, when time alone will change it, and whose rule is at fault. */
export class AlarmsDraft {
  /** No alarm is due before; null: none is pending. It may be early. */
  pendingFrom: Milliseconds | null;
  readonly #alarms: BucketsDraft<Alarm>;
  readonly #pending: BucketsDraft<Milliseconds>;
  #faulty: readonly string[];

  constructor({ alarms, pending, pendingFrom, faulty }: EngineState) {
    this.#alarms = new BucketsDraft(alarms);
    this.#pending = new BucketsDraft(pending);
    this.pendingFrom = pendingFrom;
    this.#faulty = faulty;
  }

  finish(): Pick<EngineState, 'alarms' | 'pending' | 'pendingFrom' | 'faulty'> {
    return {
      alarms: this.#alarms.finish(),
      pending: this.#pending.finish(),
      pendingFrom: this.pendingFrom,
      faulty: [...this.#faulty],
    };
  }

  get(id: string): Alarm {
    return this.#alarms.get(id) ?? UNTOUCHED;
  }

  pending(): Iterable<readonly [id: string, at: Milliseconds]> {
    return this.#pending.entries();
  }

  /** Alarms whose rule is switched off; another list when there is one more or fewer. */
  get faulty(): readonly string[] {
    return this.#faulty;
  }

  /** What an alarm has become. */
  put(rule: Rule, alarm: Alarm): void {
    const before = this.get(rule.id);
    this.#keep(rule.id, alarm);
    this.#await(rule.id, deadlineOf(alarm, rule));
    if (alarm.fault !== before.fault) this.#blame(rule.id, alarm.fault !== undefined);
  }

  #keep(id: string, alarm: Alarm): void {
    if (alarm.transition === 0 && Object.keys(alarm).length === 1) this.#alarms.delete(id);
    else this.#alarms.set(id, alarm);
  }

  #await(id: string, at: Milliseconds | undefined): void {
    if (at === undefined) {
      this.#pending.delete(id);
      return;
    }
    this.#pending.set(id, at);
    if (this.pendingFrom === null || at < this.pendingFrom) this.pendingFrom = at;
  }

  #blame(id: string, atFault: boolean): void {
    const others = this.#faulty.filter(one => one !== id);
    this.#faulty = atFault ? [...others, id] : others;
  }
}
