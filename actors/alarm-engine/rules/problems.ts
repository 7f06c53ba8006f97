import { SpillwayError } from '../../../protocol/errors.ts';
import type { Place, RuleProblem } from './rule.ts';

/** More than anybody reads; a template can fail once per alarm it makes. */
const MOST_TOLD = 200;

/** Gathers mistakes, each once. */
export class Problems {
  readonly #found = new Map<string, RuleProblem>();

  add(place: Place, message: string): void {
    const problem = { place, message };
    this.#found.set(formatProblem(problem), problem);
  }

  get count(): number {
    return this.#found.size;
  }

  /** By file, line and column. */
  get all(): RuleProblem[] {
    return [...this.#found.values()].toSorted(
      ({ place: a }, { place: b }) =>
        (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
    );
  }
}

/** `file:line:column` */
export const formatPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** `file:line:column: message`, as editors and people look for it. */
export const formatProblem = ({ place, message }: RuleProblem): string => `${formatPlace(place)}: ${message}`;

/** ALARM_RULES_INVALID with one line per problem. */
export function rulesInvalid(problems: readonly RuleProblem[]): SpillwayError {
  const lines = problems.slice(0, MOST_TOLD).map(formatProblem);
  if (problems.length > MOST_TOLD) lines.push(`and ${problems.length - MOST_TOLD} more`);
  return new SpillwayError('ALARM_RULES_INVALID', lines.join('\n'));
}
