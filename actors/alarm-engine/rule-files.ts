import { glob, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { SpillwayError } from '../../protocol/errors.ts';
import type { AlarmRules } from '../../protocol/messages/alarm-rules.ts';

type RuleFiles = AlarmRules['files'];

const BELOW_DIRECTORY = '**/*.{yaml,yml}';

/** A rule file on disk: where it is, and by what name people know it. */
export interface RuleFilePath {
  readonly path: string;
  /** From the directory that holds the rules, e.g. `alarms/beam.yaml`: the same on every host. */
  readonly name: string;
}

/**
 * The rule files that the configuration names: directories, files and patterns, in the order of their names.
 * @throws SpillwayError CONFIG_UNREADABLE when there is no file under one of them
 */
export async function findRuleFiles(places: readonly string[]): Promise<RuleFilePath[]> {
  const found = new Map<string, RuleFilePath>();
  for (const place of places) {
    const { directory, pattern } = await placeOf(place);
    const paths = await Array.fromAsync(glob(pattern, { cwd: directory }));
    if (paths.length === 0)
      throw new SpillwayError('CONFIG_UNREADABLE', `${place}: there is no alarm rule file (.yaml or .yml)`);
    for (const one of paths) {
      const path = join(directory, one);
      found.set(path, { path, name: relative(dirname(directory), path) });
    }
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws SpillwayError CONFIG_UNREADABLE */
export const readRuleFiles = (files: readonly RuleFilePath[]): Promise<RuleFiles> =>
  Promise.all(
    files.map(async ({ path, name }) => {
      try {
        return { path: name, text: await readFile(path, 'utf8') };
      } catch (cause) {
        throw new SpillwayError('CONFIG_UNREADABLE', `${path}: cannot be read`, { cause });
      }
    }),
  );

/** Other when a file has been written, made or taken away. */
export async function signatureOf(files: readonly RuleFilePath[]): Promise<string> {
  const each = await Promise.all(
    files.map(async ({ path, name }) => {
      const { mtimeMs, size, ino } = await stat(path);
      return `${name} ${mtimeMs} ${size} ${ino}`;
    }),
  );
  return each.join('\n');
}

async function placeOf(place: string): Promise<{ directory: string; pattern: string }> {
  const magic = place.search(/[*?{[]/);
  if (magic !== -1) {
    const directory = dirname(`${place.slice(0, magic)}x`);
    return { directory, pattern: relative(directory, place) };
  }
  try {
    if ((await stat(place)).isDirectory()) return { directory: place, pattern: BELOW_DIRECTORY };
  } catch (cause) {
    throw new SpillwayError('CONFIG_UNREADABLE', `${place}: there are no alarm rules`, { cause });
  }
  return { directory: dirname(place), pattern: basename(place) };
}
