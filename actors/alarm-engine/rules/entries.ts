import type { z } from 'zod';
import { AlarmId } from '../../../protocol/alarm/alarm-id.ts';
import { suggestion } from '../../../protocol/expression/words.ts';
import { type FlatIssue, flattenIssue } from '../../../runtime/config/yaml-text.ts';
import { formatPlace, type Problems } from './problems.ts';
import type { Place } from './rule.ts';
import { ALARM_KEYS, AlarmEntry, type AlarmKey, EachEntry } from './schema-alarm.ts';
import { addIssues, type Entry, type Sources } from './sources.ts';
import { type Bindings, combinations, expand, fill, fillId, placeholdersIn } from './templates.ts';

/** Alarms of one rule set: beyond this nobody has looked at what a template makes. */
export const MAX_ALARMS = 100_000;

/** Alarms of one template that are checked once one of them has shown a mistake: the others would show the same. */
const ENOUGH_MISTAKES = 3;

/** An alarm as it is written, its placeholders filled in. */
export interface AlarmSource {
  readonly id: AlarmId;
  readonly given: AlarmEntry;
  readonly entry: Entry;
}

/** Every alarm of every file; a template gives as many as it has combinations. */
export function* readAlarms({ alarms }: Sources, problems: Problems): Generator<AlarmSource> {
  const first = new Map<string, Place>();
  let total = 0;
  for (const entry of alarms.values()) {
    const template = readTemplate(entry, problems);
    if (!template) continue;
    const { raw, each } = template;
    total += each ? combinations(each) : 1;
    if (total > MAX_ALARMS) {
      problems.add(
        entry.at(),
        `${entry.label()}: makes ${total} alarms in all; accepted: up to ${MAX_ALARMS}`,
      );
      return;
    }
    const reader = new FieldReader(entry, raw, problems);
    let mistakes = 0;
    for (const bindings of each ? expand(each) : [new Map()]) {
      if (mistakes >= ENOUGH_MISTAKES) break;
      const before = problems.count;
      const id = readId(entry, bindings, first, problems);
      const given = reader.read(bindings);
      if (id !== undefined && given) yield { id, given, entry };
      if (problems.count > before) mistakes++;
    }
  }
}

interface Template {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly each: z.infer<typeof EachEntry> | undefined;
}

function readTemplate(entry: Entry, problems: Problems): Template | undefined {
  const { value } = entry;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.add(entry.at(), `${entry.label()}: must be a map: { title: …, value: …, limits: … }`);
    return undefined;
  }
  const { each, ...raw } = value as Record<string, unknown>;
  const before = problems.count;
  for (const key of Object.keys(raw))
    if (!ALARM_KEYS.includes(key))
      problems.add(
        entry.at([key]),
        `${entry.label([key])}: this key is not known here${suggestion(key, ALARM_KEYS)}`,
      );
  if (each === undefined) return problems.count > before ? undefined : { raw, each };
  const parsed = EachEntry.safeParse(each);
  if (!parsed.success) {
    const issues = parsed.error.issues.flatMap(flattenIssue);
    addIssues(
      entry,
      issues.map(({ path, message }) => ({ path: ['each', ...path], message })),
      problems,
    );
    return undefined;
  }
  checkPlaceholders(entry, raw, parsed.data, problems);
  return problems.count > before ? undefined : { raw, each: parsed.data };
}

/** A placeholder nobody fills in, and a variable without which two alarms would have one name. */
function checkPlaceholders(
  entry: Entry,
  raw: Template['raw'],
  each: NonNullable<Template['each']>,
  problems: Problems,
): void {
  const [bindings] = expand(each);
  if (!bindings) {
    problems.add(entry.at(['each']), `${entry.label(['each'])}: makes no alarm; accepted: a range as 1..6`);
    return;
  }
  const check = (value: unknown, path: readonly PropertyKey[], label: string): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) check(item, [...path, key], label);
    } else if (typeof value === 'string') {
      for (const name of placeholdersIn(value))
        if (!bindings.has(name))
          problems.add(
            entry.at(path),
            `${label || entry.label(path)}: {${name}} stands for nothing${suggestion(name, bindings.keys())}`,
          );
    }
  };
  check(entry.name, [], entry.label());
  check(raw, [], '');
}

function readId(
  entry: Entry,
  bindings: Bindings,
  first: Map<string, Place>,
  problems: Problems,
): AlarmId | undefined {
  const written = fillId(entry.name, bindings);
  const id = AlarmId.safeParse(written);
  if (!id.success) {
    problems.add(entry.at(), `${entry.label()}: ${written} ${id.error.issues[0]?.message ?? 'is no name'}`);
    return undefined;
  }
  const before = first.get(id.data);
  if (before) {
    const itself = formatPlace(before) === formatPlace(entry.at());
    problems.add(
      entry.at(),
      itself
        ? `${entry.label()}: makes more than one ${written}; accepted: a name that holds every variable`
        : `${entry.label()}: ${written} is defined at ${formatPlace(before)} already`,
    );
    return undefined;
  }
  first.set(id.data, entry.at());
  return id.data;
}

interface Field {
  readonly value?: unknown;
  readonly issues: readonly FlatIssue[];
}

/** Reads the alarms of one entry key by key; what is written alike is read once and shared. */
class FieldReader {
  readonly #entry: Entry;
  readonly #keys: readonly (readonly [AlarmKey, unknown])[];
  readonly #problems: Problems;
  /** What has been read of the values that are the same in every alarm. */
  readonly #known = new Map<AlarmKey, Field>();

  constructor(entry: Entry, raw: Readonly<Record<string, unknown>>, problems: Problems) {
    this.#entry = entry;
    this.#problems = problems;
    this.#keys = Object.keys(AlarmEntry.shape).map(key => [key as AlarmKey, raw[key]] as const);
  }

  read(bindings: Bindings): AlarmEntry | undefined {
    const given: Record<string, unknown> = {};
    let good = true;
    for (const [key, written] of this.#keys) {
      if (written === undefined && key !== 'title') continue;
      const filled = key === 'mask' ? fillIds(written, bindings) : fill(written, bindings);
      const { value, issues } = filled === written ? this.#shared(key, filled) : readField(key, filled);
      if (issues.length > 0) {
        addIssues(this.#entry, issues, this.#problems);
        good = false;
      } else if (value !== undefined) given[key] = value;
    }
    return good ? (given as AlarmEntry) : undefined;
  }

  #shared(key: AlarmKey, value: unknown): Field {
    let field = this.#known.get(key);
    if (!field) this.#known.set(key, (field = readField(key, value)));
    return field;
  }
}

function readField(key: AlarmKey, value: unknown): Field {
  const parsed = AlarmEntry.shape[key].safeParse(value);
  if (parsed.success) return { value: parsed.data, issues: [] };
  return {
    issues: parsed.error.issues.flatMap(flattenIssue).map(({ path, message }) => ({
      path: [key, ...path],
      message: value === undefined ? 'is missing; accepted: the alarm in a few words' : message,
    })),
  };
}

const fillIds = (written: unknown, bindings: Bindings): unknown =>
  Array.isArray(written)
    ? written.map(id => (typeof id === 'string' ? fillId(id, bindings) : (id as unknown)))
    : written;
