import type { Unusable } from '../../../protocol/expression/value.ts';
import { alarmChange, ChangeCause } from '../../../protocol/messages/alarm-change.ts';
import { machineMode } from '../../../protocol/messages/machine-mode.ts';
import { eventTimeFromMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Outgoing } from '../../../runtime/actor.ts';
import { underNewRule } from '../life/advance.ts';
import { type Alarm, FINE } from '../life/alarm.ts';
import type { Assessment, Rule } from '../rules/rule.ts';
import { AlarmsDraft } from './alarms-draft.ts';
import { changeOf, differs, type Why } from './change.ts';
import type { Book, Definition } from './definition.ts';
import { InputScope } from './input-scope.ts';
import { InputsDraft } from './inputs.ts';
import { afterJudgement, afterTime, judge } from './judge.ts';
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
  readonly alarms: AlarmsDraft;
  readonly outputs: Outgoing[] = [];
  book: Book;
  version: number;
  since: Milliseconds;
  readonly resumedAt: Milliseconds;
  refused: string | null;
  mode: ModeState;
  /** Alarms that have changed their state in this step. */
  readonly moved = new Set<string>();
  readonly #renewed = new Set<string>();
  #evaluations: number;
  #scope: InputScope | undefined;

  constructor(state: EngineState, book: Book, now: Milliseconds) {
    this.now = now;
    this.book = book;
    this.inputs = new InputsDraft(state.inputs);
    this.alarms = new AlarmsDraft(state);
    this.version = state.rules?.version ?? 0;
    this.since = state.rules?.since ?? now;
    this.resumedAt = state.resumedAt;
    this.refused = state.refused;
    this.mode = state.mode;
    this.#evaluations = state.evaluations;
  }

  /** What has become of the part of the state that is held here. */
  finish(): Omit<EngineState, 'rules' | 'watches' | 'tickedAt' | 'heardAt' | 'resumedAt' | 'answered'> {
    return {
      refused: this.refused,
      mode: this.mode,
      inputs: this.inputs.finish(),
      ...this.alarms.finish(),
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
    const { faulty } = this.alarms;
    for (const [definition, sample] of round) this.#look(round, definition, sample, why);
    if (faulty !== this.alarms.faulty) this.evaluateOwn();
  }

  /** Evaluates the alarms about the engine itself. */
  evaluateOwn(): void {
    this.evaluate(Round.of(ownAlarms), () => ({ cause: ChangeCause.rules }));
  }

  /** Puts an alarm into the state that a person, or the end of its rule, has brought it to. */
  put(definition: Definition, after: Alarm, why: Why): void {
    const round = new Round();
    const before = this.alarms.get(definition.rule.id);
    this.#evaluations++;
    const assessment = this.assess(definition, after);
    const next = this.#advanced(definition, after, assessment, false);
    this.#store(round, definition, before, next, assessment, why);
    this.evaluate(round, () => ({ cause: why.cause }));
  }

  /** Ends an alarm whose rule is no more. Its number is kept: should it come back, its changes count on. */
  remove(definition: Definition): void {
    const { rule } = definition;
    const before = this.alarms.get(rule.id);
    const words = 'removed from the rules';
    const assessment = { ...FINE, value: null, reason: words, waiting: false };
    this.#store(new Round(), definition, before, { transition: before.transition }, assessment, {
      cause: ChangeCause.removed,
      words,
    });
  }

  /** From the next evaluation on these alarms live by other rules. */
  renew(ids: readonly string[]): void {
    for (const id of ids) this.#renewed.add(id);
  }

  #look(round: Round, definition: Definition, sample: boolean, whyOf: WhyOf): void {
    const { rule } = definition;
    let before = this.alarms.get(rule.id);
    let begun = this.#renewed.delete(rule.id) ? underNewRule(before) : before;
    this.#evaluations++;
    const assessment = this.assess(definition, begun);
    const passed = afterTime(begun, rule, () => this.#suppressionOf(rule), this.now);
    if (passed !== begun) {
      this.#store(round, definition, before, passed, assessment, { cause: ChangeCause.time });
      before = this.alarms.get(rule.id);
      begun = before;
    }
    const after = this.#advanced(definition, begun, assessment, sample);
    if (after !== before)
      this.#store(round, definition, before, after, assessment, whyOf(definition, before, after));
  }

  /** What a rule says of the moment. */
  assess(definition: Definition, before: Alarm, scope: InputScope = this.scope): Assessment {
    return judge(definition, before, scope, { refused: this.refused, faulty: this.alarms.faulty });
  }

  #advanced({ rule }: Definition, alarm: Alarm, assessment: Assessment, sample: boolean): Alarm {
    const moment = { now: this.now, assessment, sample };
    return afterJudgement(alarm, rule, () => this.#suppressionOf(rule), moment);
  }

  #suppressionOf(rule: Rule): string | Unusable | undefined {
    return suppressionOf(rule, this.scope, id => {
      const parent = this.book.definitions.get(id);
      return parent && { rule: parent.rule, alarm: this.alarms.get(id) };
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
    // One that ends is told of in any case: who has heard of it must hear that it is none any more.
    const ends = why.cause === ChangeCause.removed && before.transition > 0;
    const told = ends || differs(before, after);
    const next = told ? { ...after, transition: before.transition + 1 } : after;
    this.alarms.put(rule, next);
    if (told) {
      const around = { scope: this.scope, ruleSet: this.book.ruleSet, version: this.version };
      const body = changeOf(rule, before, next, assessment, why, around);
      this.outputs.push({ type: alarmChange, body });
      if (body.from !== body.to) this.moved.add(rule.id);
    }
    if (definition.masked.length > 0 && masks(rule, before) !== masks(rule, next))
      round.addAll(definition.masked, false);
  }
}
