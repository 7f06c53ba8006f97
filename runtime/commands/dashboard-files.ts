import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SpillwayError } from '../../protocol/errors.ts';

/** Boards that come with Spillway. */
export const OWN_BOARDS = join(import.meta.dirname, '..', '..', 'dashboards', 'grafana');

/**
 * Files as given, directories opened up; our own where none is given.
 * @throws SpillwayError CONFIG_UNREADABLE for what is not there
 */
export async function boardFiles(names: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names.length > 0 ? names : [OWN_BOARDS]) {
    const isDirectory = await stat(name).then(
      found => found.isDirectory(),
      (cause: unknown) => {
        throw new SpillwayError('CONFIG_UNREADABLE', `${name} cannot be read`, { cause });
      },
    );
    if (!isDirectory) files.push(name);
    else {
      const inside = (await readdir(name)).filter(file => file.endsWith('.json')).toSorted();
      files.push(...inside.map(file => join(name, file)));
    }
  }
  return files;
}

/** @throws SpillwayError CONFIG_UNREADABLE */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SpillwayError('CONFIG_UNREADABLE', `${file} cannot be read`, { cause });
  }
}
