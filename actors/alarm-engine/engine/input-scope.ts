import type {
  DeviceInput,
  GapInput,
  HealthInput,
  Memo,
  Scope,
  TriggerInput,
} from '../../../protocol/expression/scope.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { InputsDraft } from './inputs.ts';
import type { DeviceRecord } from './inputs-state.ts';

/** The world as expressions see it at one moment, in one mode. Good until the inputs change. */
export class InputScope implements Scope {
  readonly now: Milliseconds;
  readonly since: Milliseconds;
  readonly resumedAt: Milliseconds;
  readonly mode: string;
  readonly memo: Memo = new Map();
  readonly #inputs: InputsDraft;

  constructor(inputs: InputsDraft, moment: Pick<Scope, 'now' | 'since' | 'resumedAt' | 'mode'>) {
    this.#inputs = inputs;
    this.now = moment.now;
    this.since = moment.since;
    this.resumedAt = moment.resumedAt;
    this.mode = moment.mode;
  }

  device(name: string): DeviceInput | undefined {
    const record = this.#inputs.device(name);
    return record && (isFinite(record) ? (record as DeviceInput) : restored(record));
  }

  trigger(name: string): TriggerInput | undefined {
    const times = this.#inputs.trigger(name);
    return times && { times };
  }

  health(actor: string): readonly HealthInput[] {
    return Object.entries(this.#inputs.heartbeats(actor)).map(
      ([instance, record]) => ({ instance, ...record }) as HealthInput,
    );
  }

  entry(stage: string): Milliseconds | undefined {
    return this.#inputs.stage(stage)?.entryAt;
  }

  gap(stage: string): GapInput | undefined {
    if (stage !== '*') return this.#inputs.stage(stage)?.gap;
    let last: GapInput | undefined;
    for (const { gap } of this.#inputs.stages()) if (gap && (!last || gap.at >= last.at)) last = gap;
    return last;
  }
}

const isFinite = (record: DeviceRecord): boolean =>
  record.nonFinite === undefined && record.previous?.nonFinite === undefined;

const restored = (record: DeviceRecord): DeviceInput => ({
  ...(record as DeviceInput),
  values: withNonFinite(record),
  ...(record.previous
    ? { previous: { values: withNonFinite(record.previous), status: record.previous.status } }
    : {}),
});

function withNonFinite({ values, nonFinite = [] }: Pick<DeviceRecord, 'values' | 'nonFinite'>): number[] {
  const all = [...values];
  for (const [index, text] of nonFinite) all[index] = Number(text);
  return all;
}
