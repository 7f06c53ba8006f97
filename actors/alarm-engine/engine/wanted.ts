import type { Inputs } from '../../../protocol/expression/scope.ts';
import type { Milliseconds } from '../../../protocol/time.ts';

/** What the rules together ask for. */
export interface Wanted {
  /** Whether the reading before is asked for too, by device. */
  readonly devices: ReadonlyMap<string, boolean>;
  /** How far back times are asked for, by trigger. */
  readonly triggers: ReadonlyMap<string, Milliseconds>;
  readonly actors: ReadonlyMap<string, { readonly fields: ReadonlySet<string>; readonly previous: boolean }>;
  readonly stages: ReadonlySet<string>;
}

export function wantedBy(all: Iterable<Inputs>): Wanted {
  const devices = new Map<string, boolean>();
  const triggers = new Map<string, Milliseconds>();
  const actors = new Map<string, { fields: Set<string>; previous: boolean }>();
  const stages = new Set<string>();
  for (const inputs of all) {
    for (const { name, previous } of inputs.devices)
      devices.set(name, previous || (devices.get(name) ?? false));
    for (const { name, windowMs } of inputs.triggers)
      triggers.set(name, Math.max(windowMs, triggers.get(name) ?? 0));
    for (const { actor, fields, previous } of inputs.actors) {
      const use = actors.get(actor) ?? { fields: new Set(), previous: false };
      actors.set(actor, { fields: new Set([...use.fields, ...fields]), previous: use.previous || previous });
    }
    for (const stage of inputs.stages) stages.add(stage);
  }
  return { devices, triggers, actors, stages };
}
