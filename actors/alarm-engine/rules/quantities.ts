import { BOUNDS } from '../../../protocol/expression/bounds.ts';
import { ExpressionInvalid } from '../../../protocol/expression/invalid.ts';
import { quantitiesIn } from '../../../protocol/expression/node.ts';
import { parse } from '../../../protocol/expression/parse.ts';
import type { Expressions } from './expressions.ts';
import { inOrder } from './graph.ts';
import type { Problems } from './problems.ts';
import type { Quantity } from './rule.ts';
import { QuantityEntry } from './schema.ts';
import { type Entry, readEntry, type Sources } from './sources.ts';

const NAME = /^[a-z][A-Za-z0-9_]{0,59}$/;
/** Words of the language, which would never be read as a name. */
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'true', 'false']);

/** Compiles quantities into `quantities`, each after those it is made from; names that cannot be used go to `broken`. */
export function compileQuantities(
  { quantities: entries }: Sources,
  expressions: Expressions,
  into: { readonly quantities: Map<string, Quantity>; readonly broken: Set<string> },
  problems: Problems,
): void {
  const read = new Map<string, { entry: Entry; given: QuantityEntry; uses: string[] }>();
  for (const [name, entry] of entries) {
    if (!NAME.test(name) || WORDS.has(name))
      problems.add(
        entry.at(),
        `${entry.label()}: is no name for a quantity; accepted: a small letter, then letters, digits or _, up to 60`,
      );
    const given = readEntry(entry, QuantityEntry, problems);
    if (given) read.set(name, { entry, given, uses: usesOf(given.value) });
    else into.broken.add(name);
  }
  const { order, circles } = inOrder(read.keys(), name => read.get(name)?.uses ?? []);
  for (const circle of circles) {
    const entry = read.get(circle[0] ?? '')?.entry;
    if (entry)
      problems.add(entry.at(['value']), `${entry.label()}: is made from itself: ${circle.join(' -> ')}`);
    for (const name of circle) into.broken.add(name);
  }
  // What stands in a circle, or behind one, is missing from the order and has been told of.
  const depths = new Map<string, number>();
  for (const name of order) {
    const { entry, given, uses } = read.get(name) ?? {};
    if (!entry || !given || !uses) continue;
    const depth = 1 + Math.max(0, ...uses.map(used => depths.get(used) ?? 0));
    depths.set(name, depth);
    if (depth > BOUNDS.quantityDepth)
      problems.add(
        entry.at(['value']),
        `${entry.label()}: is made from quantities made from quantities; accepted: up to ${BOUNDS.quantityDepth} deep`,
      );
    const expression = expressions.of(entry, ['value'], given.value, ['number', 'boolean', 'text', 'array']);
    if (!expression) {
      into.broken.add(name);
      continue;
    }
    const { units, description } = given;
    into.quantities.set(name, { name, expression, units, description, place: entry.at() });
  }
}

/** Names of the quantities that a text uses; none when it cannot be read, which is told when it is compiled. */
function usesOf(text: string): string[] {
  try {
    return quantitiesIn(parse(text));
  } catch (thrown) {
    if (thrown instanceof ExpressionInvalid) return [];
    throw thrown;
  }
}
