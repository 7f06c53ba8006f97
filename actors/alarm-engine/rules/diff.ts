import type { RuleSet } from './rule.ts';

export interface RulesDiff {
  readonly added: string[];
  readonly removed: string[];
  /** Defined in both, and not alike in what they do or say. */
  readonly changed: string[];
}

/** What is different in `after`, by alarm id, in the order of the files. */
export const diffRules = (before: RuleSet, after: RuleSet): RulesDiff => ({
  added: [...after.rules.keys()].filter(id => !before.rules.has(id)),
  removed: [...before.rules.keys()].filter(id => !after.rules.has(id)),
  changed: [...after.rules.values()].flatMap(({ id, digest }) => {
    const old = before.rules.get(id);
    return old && old.digest !== digest ? [id] : [];
  }),
});
