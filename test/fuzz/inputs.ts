import { KeyedRandom, keyOf } from '../../fixtures/simulator/random.ts';
import { mutate, pick } from './mutate.ts';
import type { Target } from './target.ts';

/** Part of the inputs that are made whole by the target's generator, where it has one; a half of those is mutated too. */
const GENERATED = 0.5;

/** Input number `index` of a target under a seed: the same one whenever and wherever it is asked for. */
export function inputOf(
  target: Target,
  seeds: readonly Uint8Array[],
  seed: number,
  index: number,
): Uint8Array {
  return Uint8Array.from(drawnOf(target, seeds, seed, index));
}

function drawnOf(target: Target, seeds: readonly Uint8Array[], seed: number, index: number): Uint8Array {
  const random = new KeyedRandom(seed, keyOf(target.name), index);
  const made = target.generate && random.uniform() < GENERATED ? target.generate(random) : undefined;
  if (made && random.uniform() < 0.5) return made;
  const mutated = mutate(made ?? pick(random, seeds), random, seeds, target.words);
  return target.repair && random.uniform() < 0.75 ? target.repair(mutated) : mutated;
}
