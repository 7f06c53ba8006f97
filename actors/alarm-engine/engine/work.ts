import { AlarmStatus, Severity } from '../../../protocol/alarm/severity.ts';
import type { Unusable } from '../../../protocol/expression/value.ts';
import { alarmChange, ChangeCause } from '../../../protocol/messages/alarm-change.ts';
import { machineMode } from '../../../protocol/messages/machine-mode.ts';
import { eventTimeFromMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Outgoing } from '../../../runtime/actor.ts';
import { BucketsDraft } from '../buckets.ts';
import { advance, assign, deadlineOf, elapse, switchOff, underNewRule } from '../life/advance.ts';
import { type Alarm, FINE, UNTOUCHED } from '../life/alarm.ts';
import type { Assessment } from '../rules/rule.ts';
import { changeOf, differs, type Why } from './change.ts';
import type { Book, Definition, EngineCondition } from './definition.ts';
import { InputScope } from './input-scope.ts';
import { InputsDraft } from './inputs.ts';
import { recognise } from './mode.ts';
import { ownAlarms } from './own-alarms.ts';
import { Round } from './round.ts';
import type { EngineState, ModeState } from './state.ts';
import { masks, suppressionOf } from './suppression.ts';

/** Why an alarm has become what it is now. */
export type WhyOf = (definition: Definition, before: Alarm, after: Alarm) => Why;

/**
 * One step of the engine while it is made: what it began from stays as it was, what has changed is gathered here.
 * A round of evaluation goes through alarms in the order of their ranks, so that an alarm finds those that mask it as they
 * are now, and is told of once.
 */
export class Work {
  readonly now: Milliseconds;
  readonly inputs: InputsDraft;
  readonly outputs: Outgoing[] = [];
  book: Book;
  version: number;
  since: Milliseconds;
  readonly resumedAt: Milliseconds;
  refused: string | null;
  mode: ModeState;
  pendingFrom: Milliseconds | null;
  /** Alarms that have changed their state in this step. */
  readonly moved = new Set<string>();
  readonly #alarms: BucketsDraft<Alarm>;
  readonly #pending: BucketsDraft<Milliseconds>;
  readonly #renewed = new Set<string>();
  #faulty: readonly string[];
  #evaluations: number;
  #scope: InputScope | undefined;

  constructor(state: EngineState, book: Book, now: Milliseconds) {
    this.now = now;
    this.book = book;
    this.inputs = new InputsDraft(state.inputs);
    this.version = state.rules?.version ?? 0;
    this.since = state.rules?.since ?? now;
    this.resumedAt = state.resumedAt;
    this.refused = state.refused;
    this.mode = state.mode;
    this.pendingFrom = state.pendingFrom;
    this.#alarms = new BucketsDraft(state.alarms);
    this.#pending = new BucketsDraft(state.pending);
    this.#faulty = state.faulty;
    this.#evaluations = state.evaluations;
  }

  /** What has become of the part of the state that is held here. */
  finish(): Omit<EngineState, 'rules' | 'watches' | 'tickedAt' | 'heardAt' | 'resumedAt' | 'answered'> {
    return {
      refused: this.refused,
      mode: this.mode,
      inputs: this.inputs.finish(),
      alarms: this.#alarms.finish(),
      pending: this.#pending.finish(),
      pendingFrom: this.pendingFrom,
      faulty: [...this.#faulty],
      evaluations: this.#evaluations,
    };
  }

  get scope(): InputScope {
    this.#scope ??= this.scopeIn(this.mode.name);
    return this.#scope;
  }

  scopeIn(mode: string): InputScope {
    return new InputScope(this.inputs, { now: this.now, since: this.since, resumedAt: this.resumedAt, mode });
  }

  /** What has been calculated is no longer so: inputs, rules or mode have changed. */
  forget(): void {
    this.#scope = undefined;
  }

  alarm(id: string): Alarm {
    return this.#alarms.get(id) ?? UNTOUCHED;
  }

  pending(): Iterable<readonly [id: string, at: Milliseconds]> {
    return this.#pending.entries();
  }

  /** Recognises the mode; @returns whether it is another one now. */
  recogniseMode(): boolean {
    return this.enterMode(recognise(this.mode, this.book.ruleSet.modes, this.scope), 'by the readings');
  }

  /** @returns whether it is another mode, which is told */
  enterMode(mode: ModeState, reason: string): boolean {
    const from = this.mode;
    this.mode = mode;
    if (mode.name === from.name && mode.by === from.by) return false;
    this.forget();
    const at = eventTimeFromMs(this.now);
    const body = { mode: mode.name, from: from.name, at, reason, by: mode.by };
    this.outputs.push({ type: machineMode, body });
    return mode.name !== from.name;
  }

  /** Evaluates alarms, and those that they mask where that becomes otherwise. */
  evaluate(round: Round, why: WhyOf): void {
    const faulty = this.#faulty;
    for (const [definition, sample] of round) this.#look(round, definition, sample, why);
    if (faulty !== this.#faulty) this.evaluateOwn();
  }

  /** Evaluates the alarms about the engine itself. */
  evaluateOwn(): void {
    this.evaluate(Round.of(ownAlarms), () => ({ cause: ChangeCause.rules }));
  }

  /** Puts an alarm into the state that a person, or the end of its rule, has brought it to. */
  put(definition: Definition, after: Alarm, why: Why): void {
    const round = new Round();
    const before = this.alarm(definition.rule.id);
    this.#evaluations++;
    const assessment = this.assess(definition, after);
    this.#store(
      round,
      definition,
      before,
      this.#advanced(definition, after, assessment, false),
      assessment,
      why,
    );
    this.evaluate(round, () => ({ cause: why.cause }));
  }

  /** Ends an alarm whose rule is no more. Its number is kept: should it come back, its changes count on. */
  remove(definition: Definition): void {
    const { rule } = definition;
    const before = this.alarm(rule.id);
    const words = 'removed from the rules';
    const assessment = { ...FINE, value: null, reason: words, waiting: false };
    this.#store(new Round(), definition, before, { transition: before.transition }, assessment, {
      cause: ChangeCause.rules,
      words,
    });
  }

  /** From the next evaluation on these alarms live by other rules. */
  renew(ids: readonly string[]): void {
    for (const id of ids) this.#renewed.add(id);
  }

  #look(round: Round, definition: Definition, sample: boolean, whyOf: WhyOf): void {
    const { rule } = definition;
    let before = this.alarm(rule.id);
    let begun = this.#renewed.delete(rule.id) ? underNewRule(before) : before;
    this.#evaluations++;
    const assessment = this.assess(definition, begun);
    const passed = this.#elapsed(definition, begun);
    if (passed !== begun) {
      this.#store(round, definition, before, passed, assessment, { cause: ChangeCause.time });
      before = this.alarm(rule.id);
      begun = before;
    }
    const after = this.#advanced(definition, begun, assessment, sample);
    if (after !== before)
      this.#store(round, definition, before, after, assessment, whyOf(definition, before, after));
  }

  /** What a rule says of the moment; one that throws is at fault. */
  assess(definition: Definition, before: Alarm, scope: InputScope = this.scope): Assessment {
    if (before.fault !== undefined) return atFault(before.fault);
    const condition: EngineCondition = { refused: this.refused, faulty: this.#faulty };
    const { expectedSince } = before;
    const known = { ...(before.judged ?? FINE), ...(expectedSince === undefined ? {} : { expectedSince }) };
    try {
      return definition.assess(scope, known, condition);
    } catch (thrown) {
      return atFault(`it threw ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }

  /** An alarm that is suppressed from now on is not raised by a delay that ends now. */
  #elapsed(definition: Definition, alarm: Alarm): Alarm {
    if (alarm.waiting === undefined && alarm.shelved === undefined) return alarm;
    const suppressed = typeof this.#suppressionOf(definition) === 'string';
    return elapse(suppressed ? assign(alarm, { waiting: undefined }) : alarm, definition.rule, this.now);
  }

  #advanced(definition: Definition, before: Alarm, assessment: Assessment, sample: boolean): Alarm {
    if (before.fault !== undefined) return before;
    if (assessment.status === AlarmStatus.disable) return switchOff(before, assessment.reason);
    const suppressedBy = this.#suppressionOf(definition);
    if (typeof suppressedBy === 'object') return switchOff(before, `enable: ${suppressedBy.reason}`);
    return advance(before, definition.rule, { now: this.now, assessment, sample, suppressedBy });
  }

  #suppressionOf({ rule }: Definition): string | Unusable | undefined {
    return suppressionOf(rule, this.scope, id => {
      const parent = this.book.definitions.get(id);
      return parent && { rule: parent.rule, alarm: this.alarm(id) };
    });
  }

  #store(
    round: Round,
    definition: Definition,
    before: Alarm,
    after: Alarm,
    assessment: Assessment,
    why: Why,
  ): void {
    const { rule } = definition;
    const told = differs(before, after);
    const next = told ? { ...after, transition: before.transition + 1 } : after;
    this.#keep(rule.id, next);
    this.#await(rule.id, deadlineOf(next, rule));
    if (next.fault !== before.fault) this.#blame(rule.id, next.fault !== undefined);
    if (told) {
      const around = { scope: this.scope, ruleSet: this.book.ruleSet, version: this.version };
      const body = changeOf(rule, before, next, assessment, why, around);
      this.outputs.push({ type: alarmChange, body });
      if (body.from !== body.to) this.moved.add(rule.id);
    }
    if (definition.masked.length > 0 && masks(rule, before) !== masks(rule, next))
      round.addAll(definition.masked, false);
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

const atFault = (reason: string): Assessment => ({
  severity: Severity.invalid,
  status: AlarmStatus.disable,
  value: null,
  reason,
  waiting: false,
});
