import { compileExpression } from '../../../protocol/expression/compile.ts';
import type { Names } from '../../../protocol/expression/compiled.ts';
import type { DeviceInput, GapInput, HealthInput, Scope } from '../../../protocol/expression/scope.ts';
import { isUnusable, type Value } from '../../../protocol/expression/value.ts';

/** A moment in the tests; readings in it are a second old unless they say otherwise. */
export const NOW = 1_000_000_000_000;
export const STALE = 20_000;

export interface World {
  readonly devices?: Readonly<Record<string, number | readonly number[] | Partial<DeviceInput>>>;
  readonly triggers?: Readonly<Record<string, readonly number[]>>;
  readonly health?: Readonly<Record<string, readonly HealthInput[]>>;
  readonly entries?: Readonly<Record<string, number>>;
  readonly gaps?: Readonly<Record<string, GapInput>>;
  readonly mode?: string;
  readonly now?: number;
  readonly since?: number;
  readonly resumedAt?: number;
}

const isValues = (given: readonly number[] | Partial<DeviceInput>): given is readonly number[] =>
  Array.isArray(given);

/** What an expression sees of a world. */
export const scopeOf = (world: World = {}): Scope => ({
  now: world.now ?? NOW,
  since: world.since ?? NOW - 3_600_000,
  resumedAt: world.resumedAt ?? 0,
  mode: world.mode ?? 'beam-on',
  memo: new Map(),
  device(name) {
    const given = world.devices?.[name];
    if (given === undefined) return undefined;
    const whole: DeviceInput = { values: [], status: 0, at: NOW - 1000 };
    if (typeof given === 'number') return { ...whole, values: [given] };
    return isValues(given) ? { ...whole, values: given } : { ...whole, ...given };
  },
  trigger(name) {
    const times = world.triggers?.[name];
    return times && { times };
  },
  health: actor => world.health?.[actor] ?? [],
  entry: stage => world.entries?.[stage],
  gap: stage => world.gaps?.[stage],
});

export const NAMES: Names = { quantities: new Map() };

/** What a text comes to in a world. */
export const evaluate = (
  text: string,
  world: World = {},
  known: Partial<Names> = {},
  staleMs = STALE,
): Value => compileExpression(text, { ...NAMES, ...known }).evaluate(scopeOf(world), staleMs);

/** The reason for which a text comes to nothing, with its status; what it comes to when it does. */
export function failure(text: string, world: World = {}): string {
  const value = evaluate(text, world);
  return isUnusable(value)
    ? `${value.status}${value.waiting ? ' (waiting)' : ''}: ${value.reason}`
    : `fine: ${String(value)}`;
}
