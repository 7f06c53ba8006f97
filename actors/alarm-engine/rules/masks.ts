import { suggestion } from '../../../protocol/expression/words.ts';
import { inOrder } from './graph.ts';
import type { Problems } from './problems.ts';
import { formatPlace } from './problems.ts';
import type { Rule } from './rule.ts';
import type { Mask } from './settings.ts';

/** Mistakes after which no nearest name is looked for any more: with tens of thousands of names that takes its time. */
const SUGGESTED = 20;

/** Every parent must be there, and no alarm may hide itself, however far around. */
export function checkMasks(
  rules: ReadonlyMap<string, Rule>,
  masks: ReadonlyMap<string, readonly Mask[]>,
  problems: Problems,
): void {
  for (const parents of new Set(masks.values()))
    for (const { id, place, label } of parents)
      if (!rules.has(id))
        problems.add(
          place,
          `${label}: no alarm is called ${id}${problems.count < SUGGESTED ? suggestion(id, rules.keys()) : ''}`,
        );
  for (const circle of inOrder(masks.keys(), id => rules.get(id)?.mask ?? []).circles) {
    const [first = ''] = circle;
    const mask = masks.get(first)?.find(({ id }) => id === circle[1]);
    const rule = rules.get(first);
    if (mask && rule)
      problems.add(
        mask.place,
        `${mask.label}: ${first} (${formatPlace(rule.place)}) would hide itself: ${circle.join(' -> ')}`,
      );
  }
}
