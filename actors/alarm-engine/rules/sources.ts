import { z } from 'zod';
import { suggestion } from '../../../protocol/expression/words.ts';
import { type FlatIssue, flattenIssue, readYamlText } from '../../../runtime/config/yaml-text.ts';
import type { Problems } from './problems.ts';
import { formatPlace } from './problems.ts';
import type { Place } from './rule.ts';
import { RuleFile } from './schema.ts';

export interface RuleFileText {
  readonly path: string;
  readonly text: string;
}

/** One thing that a rule file defines, not yet read. */
export interface Entry {
  readonly name: string;
  readonly value: unknown;
  /** Where it stands, or something in it, or a character of a text in it. */
  at(path?: readonly PropertyKey[], index?: number): Place;
  /** How messages name something in it, e.g. `alarms.beam/horn/current.limits`. */
  label(path?: readonly PropertyKey[]): string;
}

/** Everything that all files define, each name once. */
export interface Sources {
  readonly defaults: Entry | undefined;
  readonly areas: ReadonlyMap<string, Entry>;
  readonly modes: readonly Entry[];
  readonly quantities: ReadonlyMap<string, Entry>;
  readonly alarms: ReadonlyMap<string, Entry>;
}

type Section = keyof RuleFile;

const SECTIONS = Object.keys(RuleFile.shape) as Section[];
const MAPS = ['areas', 'quantities', 'alarms'] as const;

const AnyMap = z.record(z.string(), z.unknown(), { error: 'must be a map: name: { … }' });
const AnyList = z.array(z.unknown(), { error: 'must be a list, in the order in which modes are tried' });

/** Reads all files as far as their sections; what is wrong goes to `problems`. */
export function readSources(files: readonly RuleFileText[], problems: Problems): Sources {
  const maps = { areas: new Map<string, Entry>(), quantities: new Map(), alarms: new Map() };
  let defaults: Entry | undefined;
  let modes: { entries: Entry[]; place: Place } | undefined;
  for (const file of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const sections = readSections(file, problems);
    if (!sections) continue;
    const { section } = sections;
    for (const name of MAPS) {
      for (const entry of section(name, AnyMap, Object.entries)) once(maps[name], entry, problems);
    }
    for (const entry of section('modes', AnyList, list =>
      list.map((value, index) => [index, value] as const),
    )) {
      const place = sections.at(['modes']);
      if (modes && modes.place.file !== place.file) {
        problems.add(
          place,
          `modes: their order counts, so one file has them; accepted: all in ${modes.place.file}`,
        );
        break;
      }
      modes ??= { entries: [], place };
      modes.entries.push(entry);
    }
    const [own] = section('defaults', AnyMap, value => [['defaults', value] as const], true);
    if (own && defaults) problems.add(own.at(), `defaults: stand at ${formatPlace(defaults.at())} already`);
    else defaults ??= own;
  }
  return { defaults, ...maps, modes: modes?.entries ?? [] };
}

function once(entries: Map<string, Entry>, entry: Entry, problems: Problems): void {
  const before = entries.get(entry.name);
  if (before) problems.add(entry.at(), `${entry.label()}: is defined at ${formatPlace(before.at())} already`);
  else entries.set(entry.name, entry);
}

function readSections({ path: file, text }: RuleFileText, problems: Problems) {
  const { document, broken, placeOf } = readYamlText(text);
  const at = (path: readonly PropertyKey[] = [], index?: number): Place => ({
    file,
    ...placeOf(path, index),
  });
  for (const { line, column, message } of broken) problems.add({ file, line, column }, message);
  if (broken.length > 0) return undefined;
  const root = AnyMap.safeParse(document.toJS() ?? {});
  if (!root.success) {
    problems.add(at(), `not a rule file; accepted: ${SECTIONS.join(', ')}`);
    return undefined;
  }
  for (const key of Object.keys(root.data))
    if (!SECTIONS.includes(key as Section))
      problems.add(at([key]), `${key}: this key is not known here${suggestion(key, SECTIONS)}`);

  /** The entries of a section; `whole`: the section itself is the entry. */
  const section = <T>(
    name: Section,
    schema: z.ZodType<T>,
    parts: (value: T) => (readonly [string | number, unknown])[],
    whole = false,
  ): Entry[] => {
    const value = root.data[name];
    if (value === undefined || value === null) return [];
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      problems.add(at([name]), `${name}: ${parsed.error.issues[0]?.message ?? 'not understood'}`);
      return [];
    }
    return parts(parsed.data).map(([key, part]) => {
      const own = whole ? [name] : [name, key];
      return {
        name: String(key),
        value: part,
        at: (path = [], index) => at([...own, ...path], index),
        label: (path = []) => [...own, ...path].map(String).join('.'),
      };
    });
  };
  return { at, section };
}

/** What an entry says, read by its schema; undefined when it does not fit, and `problems` knows why. */
export function readEntry<T>(entry: Entry, schema: z.ZodType<T>, problems: Problems): T | undefined {
  const parsed = schema.safeParse(entry.value);
  if (parsed.success) return parsed.data;
  addIssues(entry, parsed.error.issues.flatMap(flattenIssue), problems);
  return undefined;
}

export function addIssues(entry: Entry, issues: readonly FlatIssue[], problems: Problems): void {
  for (const { path, message } of issues) problems.add(entry.at(path), `${entry.label(path)}: ${message}`);
}
