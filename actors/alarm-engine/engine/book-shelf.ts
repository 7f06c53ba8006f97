import { compileRules } from '../rules/compile-rules.ts';
import { rulesInvalid } from '../rules/problems.ts';
import type { RuleSet } from '../rules/rule.ts';
import { type Book, bookOf } from './definition.ts';
import { ownAlarms } from './own-alarms.ts';
import { type RuleFiles, unpackFiles } from './packed-files.ts';
import type { EngineState } from './state.ts';

/**
 * Compiled rule sets by digest: the state holds the files, and compiling them is the same every time, so it is done once.
 * Two are kept: the one in force, and the one that is to replace it.
 */
const shelf = new Map<string, Book>();
const KEPT = 2;

const NO_RULES: RuleSet = { rules: new Map(), quantities: new Map(), modes: [], warnings: [] };
const EMPTY = bookOf(NO_RULES, ownAlarms);

/** @throws SpillwayError ALARM_RULES_INVALID with a line per mistake */
export function bookOfFiles(digest: string, files: RuleFiles): Book {
  const known = shelf.get(digest);
  if (known) return known;
  const compiled = compileRules(files);
  if (!compiled.ok) throw rulesInvalid(compiled.problems);
  const book = bookOf(compiled.ruleSet, ownAlarms);
  shelf.set(digest, book);
  for (const oldest of shelf.keys()) if (shelf.size > KEPT) shelf.delete(oldest);
  return book;
}

/** The rules in force. */
export const bookInForce = ({ rules }: EngineState): Book =>
  rules === null ? EMPTY : (shelf.get(rules.digest) ?? bookOfFiles(rules.digest, unpackFiles(rules.packed)));
