import type { Problems } from './problems.ts';
import { type ByMode, LIMIT_NAMES, type Limits } from './rule.ts';
import type { Entry } from './sources.ts';

/** Limits of every mode: in rising order, and further apart than the dead band. */
export function checkLimits(
  entry: Entry,
  limits: ByMode<Limits>,
  deadband: number,
  problems: Problems,
): boolean {
  const before = problems.count;
  const inModes = [...limits.modes];
  if (limits.otherwise) {
    // Written without modes, they stand at the key itself.
    const path =
      inModes.length > 0 || 'default' in Object(Reflect.get(Object(entry.value), 'limits'))
        ? ['limits', 'default']
        : ['limits'];
    checkOne(entry, path, limits.otherwise, deadband, problems);
  }
  for (const [mode, one] of inModes) if (one) checkOne(entry, ['limits', mode], one, deadband, problems);
  return problems.count === before;
}

function checkOne(
  entry: Entry,
  path: readonly string[],
  limits: Limits,
  deadband: number,
  problems: Problems,
): void {
  const given = LIMIT_NAMES.flatMap(name => {
    const value = limits[name];
    return value === undefined ? [] : [{ name, value }];
  });
  for (const [index, upper] of given.entries()) {
    const lower = given[index - 1];
    if (!lower) continue;
    if (lower.value >= upper.value)
      problems.add(
        entry.at([...path, upper.name]),
        `${entry.label([...path, upper.name])}: ${upper.value} is not above ${lower.name} ${lower.value}; accepted: lolo < low < high < hihi`,
      );
    else if (deadband >= upper.value - lower.value)
      problems.add(
        entry.at(['deadband']),
        `${entry.label(['deadband'])}: ${deadband} is not narrower than ${lower.name} ${lower.value} to ${upper.name} ${upper.value} (${path.join('.')})`,
      );
  }
}
