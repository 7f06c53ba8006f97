import { fieldsOfHealth } from '../../../protocol/expression/health-fields.ts';
import { MAX_TRIGGER_TIMES } from '../../../protocol/expression/scope.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import type { LedgerEntry } from '../../../protocol/messages/ledger-entry.ts';
import type { LedgerGap } from '../../../protocol/messages/ledger-gap.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import { BucketsDraft } from '../buckets.ts';
import type { DeviceRecord, HealthRecord, InputsState, StageRecord } from './inputs-state.ts';
import type { Wanted } from './wanted.ts';

/** What names one input among all: `device E:TOR101`, `trigger A9`. */
export type InputKey = `${'device' | 'trigger' | 'actor' | 'stage'} ${string}`;

/** A value from anywhere: a device now, a reconstructed quantity later. */
export type Measurement = Pick<DeviceRecord, 'values' | 'nonFinite' | 'units' | 'status' | 'eventTime'> & {
  readonly name: string;
};

/** Heartbeats kept of one actor: each start is a new instance. */
const MAX_INSTANCES = 32;

/** Inputs while a message is taken in; each `take` returns what it has touched of what is wanted. */
export class InputsDraft {
  readonly #devices: BucketsDraft<DeviceRecord>;
  #triggers: InputsState['triggers'];
  #actors: InputsState['actors'];
  #stages: InputsState['stages'];

  constructor(state: InputsState) {
    this.#devices = new BucketsDraft(state.devices);
    this.#triggers = state.triggers;
    this.#actors = state.actors;
    this.#stages = state.stages;
  }

  finish(): InputsState {
    return {
      devices: this.#devices.finish(),
      triggers: this.#triggers,
      actors: this.#actors,
      stages: this.#stages,
    };
  }

  device(name: string): DeviceRecord | undefined {
    return this.#devices.get(name);
  }

  trigger(name: string): readonly Milliseconds[] | undefined {
    return this.#triggers[name];
  }

  heartbeats(actor: string): Readonly<Record<string, HealthRecord>> {
    return this.#actors[actor] ?? {};
  }

  stage(name: string): StageRecord | undefined {
    return this.#stages[name];
  }

  stages(): readonly StageRecord[] {
    return Object.values(this.#stages);
  }

  takeReadings(body: Readings, now: Milliseconds, wanted: Wanted): InputKey[] {
    const touched = this.takeMeasurements(body.devices.map(measured), now, wanted);
    // Left out for whatever reason: absent, of a wrong type or length, or with a status in place of a value.
    const given = new Set(body.devices.map(({ name }) => name));
    for (const device of new Set(body.problems.map(problem => problem.device)))
      if (!given.has(device) && this.#miss(device)) touched.push(`device ${device}`);
    const windowMs = wanted.triggers.get(body.trigger);
    if (windowMs === undefined) return touched;
    this.#triggers = {
      ...this.#triggers,
      [body.trigger]: recent([...(this.#triggers[body.trigger] ?? []), now], now - windowMs),
    };
    return [...touched, `trigger ${body.trigger}`];
  }

  takeMeasurements(measurements: readonly Measurement[], at: Milliseconds, wanted: Wanted): InputKey[] {
    const touched: InputKey[] = [];
    for (const { name, ...read } of measurements) {
      const wantsPrevious = wanted.devices.get(name);
      if (wantsPrevious === undefined) continue;
      const before = wantsPrevious ? this.#devices.get(name) : undefined;
      this.#devices.set(name, { ...read, at, ...(before ? { previous: readOf(before) } : {}) });
      touched.push(`device ${name}`);
    }
    return touched;
  }

  takeHealth(body: Health, at: Milliseconds, wanted: Wanted): InputKey[] {
    const use = wanted.actors.get(body.actor);
    if (!use) return [];
    const fields = fieldsOfHealth(body, use.fields);
    const { [body.instance]: before, ...others } = this.heartbeats(body.actor);
    const previous = use.previous && before ? { previous: before.fields } : {};
    const latest = Object.entries(others)
      .toSorted(([, a], [, b]) => a.at - b.at)
      .slice(1 - MAX_INSTANCES);
    this.#actors = {
      ...this.#actors,
      [body.actor]: { ...Object.fromEntries(latest), [body.instance]: { at, fields, ...previous } },
    };
    return [`actor ${body.actor}`];
  }

  takeEntry({ stage }: LedgerEntry, at: Milliseconds, wanted: Wanted): InputKey[] {
    if (!wanted.stages.has(stage)) return [];
    this.#stages = { ...this.#stages, [stage]: { ...this.#stages[stage], entryAt: at } };
    return [`stage ${stage}`];
  }

  takeGap({ stage, stream, first, last, reason }: LedgerGap, at: Milliseconds, wanted: Wanted): InputKey[] {
    if (!wanted.stages.has(stage) && !wanted.stages.has('*')) return [];
    const gap = { at, stage, stream, first, last, reason };
    this.#stages = { ...this.#stages, [stage]: { ...this.#stages[stage], gap } };
    return [`stage ${stage}`, 'stage *'];
  }

  /** Lets go of what no rule asks for any more. */
  keepOnly(wanted: Wanted): void {
    for (const [name] of this.#devices.entries()) if (!wanted.devices.has(name)) this.#devices.delete(name);
    this.#triggers = keepKeys(this.#triggers, name => wanted.triggers.has(name));
    this.#actors = keepKeys(this.#actors, name => wanted.actors.has(name));
    this.#stages = keepKeys(this.#stages, name => wanted.stages.has(name) || wanted.stages.has('*'));
  }

  #miss(name: string): boolean {
    const record = this.#devices.get(name);
    if (!record) return false;
    this.#devices.set(name, { ...record, missing: true });
    return true;
  }
}

const measured = ({
  name,
  values,
  nonFinite,
  units,
  status,
  seconds,
  milliseconds,
}: Readings['devices'][number]): Measurement => ({
  name,
  values,
  ...(nonFinite?.length ? { nonFinite } : {}),
  units,
  status,
  eventTime: { seconds, nanoseconds: milliseconds * 1_000_000 },
});

const readOf = ({ values, nonFinite, status }: DeviceRecord): NonNullable<DeviceRecord['previous']> => ({
  values,
  ...(nonFinite ? { nonFinite } : {}),
  status,
});

/** The last two in any case, those since `from`, and never more than may be kept. */
function recent(times: Milliseconds[], from: Milliseconds): Milliseconds[] {
  const inWindow = times.findIndex(time => time >= from);
  const first = Math.max(Math.min(inWindow, times.length - 2), times.length - MAX_TRIGGER_TIMES, 0);
  return first === 0 ? times : times.slice(first);
}

const keepKeys = <T>(
  record: Readonly<Record<string, T>>,
  keep: (key: string) => boolean,
): Record<string, T> => Object.fromEntries(Object.entries(record).filter(([key]) => keep(key)));
