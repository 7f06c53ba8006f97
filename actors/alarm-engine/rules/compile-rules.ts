import { areaOf } from '../../../protocol/alarm/alarm-id.ts';
import { CompiledRule } from './compiled-rule.ts';
import { conditionOf } from './conditions.ts';
import { readAlarms } from './entries.ts';
import { Expressions } from './expressions.ts';
import { type Known, type KnownDevice } from './known.ts';
import { checkMasks } from './masks.ts';
import { ModeNames } from './mode-names.ts';
import { compileModes, readModes } from './modes.ts';
import { Problems } from './problems.ts';
import { compileQuantities } from './quantities.ts';
import {
  type Condition,
  ConditionKind,
  type Quantity,
  type Rule,
  type RuleProblem,
  type RuleSet,
  UNKNOWN_MODE,
} from './rule.ts';
import { areaSettings, type Mask, settingsUnder } from './settings.ts';
import { type RuleFileText, readSources } from './sources.ts';

export type CompiledRules =
  | { readonly ok: true; readonly ruleSet: RuleSet }
  /** At least one, by file and line. */
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

/**
 * Rule files, checked and compiled together: pure, and whole or not at all.
 * @param known what is known of the system around; names are checked against it
 */
export function compileRules(files: readonly RuleFileText[], known: Known = {}): CompiledRules {
  const problems = new Problems();
  const sources = readSources(files, problems);
  const modeEntries = readModes(sources, problems);
  const modeNames = new Set(modeEntries.map(({ given }) => given.name));
  const quantities = new Map<string, Quantity>();
  const broken = new Set<string>();
  const expressions = new Expressions(
    { ...known, quantities, broken, modes: new Set([...modeNames, UNKNOWN_MODE]) },
    problems,
  );
  compileQuantities(sources, expressions, { quantities, broken }, problems);
  const modes = compileModes(modeEntries, expressions, problems);
  const settingsOf = areaSettings(sources, expressions, problems);
  const byMode = new ModeNames(modeNames, problems);
  const warn = (warning: string) => void expressions.warnings.add(warning);
  for (const entry of [sources.defaults, ...sources.areas.values()])
    if (entry)
      byMode.check(
        settingsOf(entry === sources.defaults ? '' : entry.name).severity,
        entry,
        'severity',
        warn,
      );

  const rules = new Map<string, Rule>();
  const masks = new Map<string, readonly Mask[]>();
  for (const source of readAlarms(sources, problems)) {
    const { id, given, entry } = source;
    const settings = settingsUnder(settingsOf(areaOf(id)), given, entry, expressions);
    byMode.check(given.severity, entry, 'severity', warn);
    byMode.check(given.limits, entry, 'limits', warn);
    const conditioned = conditionOf(source, settings, { known, expressions, problems });
    if (!conditioned) continue;
    const { condition, inputs } = conditioned;
    // An alarm that hides all others of its area does not hide itself.
    const parents = given.mask ? settings.mask : settings.mask.filter(parent => parent.id !== id);
    masks.set(id, parents);
    const units = given.units ?? unitsOf(condition, quantities, known.devices);
    rules.set(id, new CompiledRule({ source, settings, condition, inputs, units, parents, quantities }));
  }
  // A parent that is missing because it has a mistake of its own would be told of twice.
  if (problems.count === 0) checkMasks(rules, masks, problems);
  if (problems.count > 0) return { ok: false, problems: problems.all };
  return { ok: true, ruleSet: { rules, quantities, modes, warnings: [...expressions.warnings] } };
}

/** Units of a value that is nothing but a quantity or a device; those of a length of time for what does not come. */
function unitsOf(
  condition: Condition,
  quantities: ReadonlyMap<string, Quantity>,
  devices: ReadonlyMap<string, KnownDevice> | undefined,
): string {
  if (condition.kind === ConditionKind.absent || condition.kind === ConditionKind.closer) return 's';
  if (condition.kind === ConditionKind.gap) return '';
  const text = condition.value?.text.trim() ?? '';
  return quantities.get(text)?.units ?? devices?.get(text)?.units ?? '';
}
