import type { Inputs } from './scope.ts';

export const NO_INPUTS: Inputs = {
  devices: [],
  triggers: [],
  actors: [],
  stages: [],
  quantities: [],
  mode: false,
  timed: false,
};

/** Gathers what an expression needs while it is compiled. */
export class InputsGatherer {
  readonly #devices = new Map<string, boolean>();
  readonly #triggers = new Map<string, number>();
  readonly #actors = new Map<string, { fields: Set<string>; previous: boolean }>();
  readonly #stages = new Set<string>();
  readonly #quantities = new Set<string>();
  #mode = false;
  #timed = false;

  device(name: string, previous = false): void {
    this.#devices.set(name, previous || (this.#devices.get(name) ?? false));
  }

  trigger(name: string, windowMs = 0): void {
    this.#triggers.set(name, Math.max(windowMs, this.#triggers.get(name) ?? 0));
  }

  actor(name: string, fields: Iterable<string> = [], previous = false): void {
    const use = this.#actors.get(name) ?? { fields: new Set(['state']), previous: false };
    for (const field of fields) use.fields.add(field);
    use.previous ||= previous;
    this.#actors.set(name, use);
  }

  stage(name: string): void {
    this.#stages.add(name);
  }

  quantity(name: string): void {
    this.#quantities.add(name);
  }

  mode(): void {
    this.#mode = true;
  }

  timed(): void {
    this.#timed = true;
  }

  add(inputs: Inputs): this {
    for (const { name, previous } of inputs.devices) this.device(name, previous);
    for (const { name, windowMs } of inputs.triggers) this.trigger(name, windowMs);
    for (const { actor, fields, previous } of inputs.actors) this.actor(actor, fields, previous);
    for (const name of inputs.stages) this.stage(name);
    for (const name of inputs.quantities) this.quantity(name);
    this.#mode ||= inputs.mode;
    this.#timed ||= inputs.timed;
    return this;
  }

  gathered(): Inputs {
    return {
      devices: Array.from(this.#devices, ([name, previous]) => ({ name, previous })),
      triggers: Array.from(this.#triggers, ([name, windowMs]) => ({ name, windowMs })),
      actors: Array.from(this.#actors, ([actor, { fields, previous }]) => ({
        actor,
        fields: [...fields],
        previous,
      })),
      stages: [...this.#stages],
      quantities: [...this.#quantities],
      mode: this.#mode,
      timed: this.#timed,
    };
  }
}

/** What all of these need together; the same object when only one of them needs anything. */
export function mergeInputs(all: readonly Inputs[]): Inputs {
  const distinct = [...new Set(all.filter(inputs => inputs !== NO_INPUTS))];
  const [only, ...others] = distinct;
  if (!only) return NO_INPUTS;
  if (others.length === 0) return only;
  const gatherer = new InputsGatherer();
  for (const inputs of distinct) gatherer.add(inputs);
  return gatherer.gathered();
}

/** Whether nothing of the world enters: the value is always the same. */
export const isConstant = ({ devices, triggers, actors, stages, quantities, mode, timed }: Inputs): boolean =>
  devices.length + triggers.length + actors.length + stages.length + quantities.length === 0 &&
  !mode &&
  !timed;
