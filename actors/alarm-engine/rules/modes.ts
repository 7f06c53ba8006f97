import { impossible } from '../../../protocol/expression/never.ts';
import { parse } from '../../../protocol/expression/parse.ts';
import { constantOf, type Expressions } from './expressions.ts';
import { formatPlace, type Problems } from './problems.ts';
import type { Expression, MachineModeRule } from './rule.ts';
import { ModeEntry } from './schema.ts';
import { type Entry, readEntry, type Sources } from './sources.ts';

/** Names of the modes that are declared, before anything is compiled: expressions may compare `mode()` with them. */
export function readModes(
  { modes: entries }: Sources,
  problems: Problems,
): { entry: Entry; given: ModeEntry }[] {
  const first = new Map<string, Entry>();
  return entries.flatMap(entry => {
    const given = readEntry(entry, ModeEntry, problems);
    if (!given) return [];
    const before = first.get(given.name);
    if (before) {
      problems.add(
        entry.at(['name']),
        `${entry.label(['name'])}: ${given.name} is defined at ${formatPlace(before.at(['name']))} already`,
      );
      return [];
    }
    first.set(given.name, entry);
    return [{ entry, given }];
  });
}

export function compileModes(
  modes: ReturnType<typeof readModes>,
  expressions: Expressions,
  problems: Problems,
): MachineModeRule[] {
  const names = { ...expressions.names, withoutMode: true };
  const rules = modes.map(({ entry, given }): MachineModeRule => {
    const when = given.when === undefined ? undefined : expressions.truth(entry, ['when'], given.when, names);
    return {
      name: given.name,
      description: given.description,
      ...(when ? { when } : {}),
      forMs: given.for,
      staleMs: given.stale,
      place: entry.at(),
    };
  });
  let hidden: string | undefined;
  const seen = new Map<string, string>();
  for (const { name, when } of rules) {
    if (!when) continue;
    const why = hidden ?? unreachable(when, seen);
    if (why) problems.add(when.place, `mode ${name} can never be reached: ${why}`);
    if (constantOf(when) === true) hidden ??= `${name} comes before it and always holds`;
    seen.set(when.text, name);
  }
  return rules;
}

function unreachable(when: Expression, seen: ReadonlyMap<string, string>): string | undefined {
  const before = seen.get(when.text);
  if (before !== undefined) return `${before} comes before it and has the same condition`;
  if (constantOf(when) === false) return `${when.text} is always false`;
  const asked = impossible(parse(when.text), when.text);
  return asked === undefined ? undefined : `${when.text} asks the impossible of ${asked}`;
}
