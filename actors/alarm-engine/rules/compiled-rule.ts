import { mergeInputs } from '../../../protocol/expression/inputs.ts';
import type { Inputs } from '../../../protocol/expression/scope.ts';
import { digestOf } from './digest.ts';
import type { AlarmSource } from './entries.ts';
import type { Condition, Expression, Quantity, Rule } from './rule.ts';
import type { Mask, Settings } from './settings.ts';

/** What a rule is put together from. */
export interface RuleParts {
  readonly source: AlarmSource;
  readonly settings: Settings;
  readonly condition: Condition;
  /** Of the condition's expressions, and of what it names itself. */
  readonly inputs: readonly Inputs[];
  readonly units: string;
  readonly parents: readonly Mask[];
  readonly quantities: ReadonlyMap<string, Quantity>;
}

/** A rule whose digest is made when it is first asked for: only a change of rules needs those of all. */
export class CompiledRule implements Rule {
  readonly id;
  readonly title;
  readonly units;
  readonly condition;
  readonly onDelayMs;
  readonly offDelayMs;
  readonly count;
  readonly latch;
  readonly acknowledge;
  declare readonly enable?: Expression;
  readonly mask;
  readonly staleMs;
  readonly shelveMaxMs;
  readonly audience;
  readonly guidance;
  readonly dashboard;
  readonly labels;
  readonly inputs;
  readonly place;
  readonly #quantities: ReadonlyMap<string, Quantity>;
  #digest: string | undefined;

  constructor({ source, settings, condition, inputs, units, parents, quantities }: RuleParts) {
    const { enable } = settings;
    this.id = source.id;
    this.title = source.given.title;
    this.units = units;
    this.condition = condition;
    this.onDelayMs = settings.onDelayMs;
    this.offDelayMs = settings.offDelayMs;
    this.count = settings.count;
    this.latch = settings.latch;
    this.acknowledge = settings.acknowledge;
    if (enable) this.enable = enable;
    this.mask = parents.map(({ id }) => id);
    this.staleMs = settings.staleMs;
    this.shelveMaxMs = settings.shelveMaxMs;
    this.audience = settings.audience;
    this.guidance = settings.guidance;
    this.dashboard = settings.dashboard;
    this.labels = settings.labels;
    this.inputs = mergeInputs(enable ? [...inputs, enable.inputs] : inputs);
    this.place = source.entry.at();
    this.#quantities = quantities;
  }

  get digest(): string {
    this.#digest ??= digestOf(this, this.#quantities);
    return this.#digest;
  }
}
