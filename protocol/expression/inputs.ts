import type { DeviceUse, Inputs, TriggerUse } from './scope.ts';

export const NO_INPUTS: Inputs = {
  devices: [],
  triggers: [],
  actors: [],
  stages: [],
  quantities: [],
  mode: false,
  timed: false,
};

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** Gathers what an expression needs while it is compiled. There are tens of thousands, each needing little: plain lists. */
export class InputsGatherer {
  readonly #devices: Draft<DeviceUse>[] = [];
  readonly #triggers: Draft<TriggerUse>[] = [];
  readonly #actors: { actor: string; fields: string[]; previous: boolean }[] = [];
  readonly #stages: string[] = [];
  readonly #quantities: string[] = [];
  #mode = false;
  #timed = false;

  device(name: string, previous = false): void {
    const use = this.#devices.find(device => device.name === name);
    if (use) use.previous ||= previous;
    else this.#devices.push({ name, previous });
  }

  trigger(name: string, windowMs = 0): void {
    const use = this.#triggers.find(trigger => trigger.name === name);
    if (use) use.windowMs = Math.max(use.windowMs, windowMs);
    else this.#triggers.push({ name, windowMs });
  }

  actor(name: string, fields: readonly string[] = [], previous = false): void {
    let use = this.#actors.find(({ actor }) => actor === name);
    if (!use) this.#actors.push((use = { actor: name, fields: ['state'], previous }));
    for (const field of fields) addOnce(use.fields, field);
    use.previous ||= previous;
  }

  stage(name: string): void {
    addOnce(this.#stages, name);
  }

  quantity(name: string): void {
    addOnce(this.#quantities, name);
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

  /** To be asked for once, at the end. */
  gathered(): Inputs {
    return {
      devices: this.#devices,
      triggers: this.#triggers,
      actors: this.#actors,
      stages: this.#stages,
      quantities: this.#quantities,
      mode: this.#mode,
      timed: this.#timed,
    };
  }
}

function addOnce(names: string[], name: string): void {
  if (!names.includes(name)) names.push(name);
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
