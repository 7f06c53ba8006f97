import { customOptions, resolve, valuesOf } from '../../../dashboards/check/resolve.ts';
import type { Value } from '../../../dashboards/expand/formats.ts';
import type { Variable, Variables } from '../../../dashboards/expand/variables.ts';
import type { Board, BoardVariable } from '../../../dashboards/read-board.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { ALL, type PanelQuery } from '../../../protocol/panel-query.ts';

/** Values that a variable's query gives, with the variables before it. */
export type OptionsOf = (variable: BoardVariable, before: Variables) => Promise<readonly string[]>;

/** Only variables whose values the board itself lists can be checked against a list. */
const isListed = ({ type }: BoardVariable): boolean => type === 'custom' || type === 'interval';

/**
 * Values of a board's variables, as somebody has chosen them; what is not chosen is as the board was saved. Names that the
 * board does not have are passed over: a page may be of yesterday.
 * @throws SpillwayError QUERY_INVALID for a choice that there is not, or what `optionsOf` throws
 */
export async function chosenVariables(
  { variables }: Pick<Board, 'variables'>,
  choices: PanelQuery['variables'],
  optionsOf: OptionsOf,
): Promise<Variables> {
  const found = new Map<string, Variable>();
  for (const variable of variables) {
    const chosen = Object.hasOwn(choices, variable.name) ? choices[variable.name] : variable.current?.value;
    const options = needsOptions(variable, chosen) ? await optionsOf(variable, found) : [];
    const resolved = resolve({ ...variable, current: { value: chosen } }, options);
    if (!resolved) continue;
    if (isListed(variable)) refuseUnlisted(variable, chosen, resolved.value);
    found.set(variable.name, resolved);
  }
  return found;
}

/** A value that was chosen is taken as it is: it can only stand where a value can. */
function needsOptions({ type, includeAll, allValue }: BoardVariable, chosen: unknown): boolean {
  if (type !== 'query') return false;
  const [first] = valuesOf(chosen);
  return first === undefined || (first === ALL && includeAll === true && !allValue);
}

function refuseUnlisted({ name }: BoardVariable, chosen: unknown, value: Value): void {
  const taken = [value].flat();
  const unlisted = valuesOf(chosen).find(one => one !== ALL && !taken.includes(one));
  if (unlisted !== undefined)
    throw new SpillwayError(
      'QUERY_INVALID',
      `variable ${name}: there is no choice ${JSON.stringify(unlisted.slice(0, 100))}`,
    );
}

/** Values to choose from, of every variable that has some. */
export async function optionsOfAll(
  { variables }: Board,
  choices: PanelQuery['variables'],
  optionsOf: OptionsOf,
): Promise<Record<string, readonly string[]>> {
  const lists: [string, readonly string[]][] = [];
  for (const [index, variable] of variables.entries()) {
    if (isListed(variable)) lists.push([variable.name, customOptions(variable.query)]);
    if (variable.type !== 'query') continue;
    const before = { variables: variables.slice(0, index) };
    lists.push([variable.name, await optionsOf(variable, await chosenVariables(before, choices, optionsOf))]);
  }
  return Object.fromEntries(lists);
}
