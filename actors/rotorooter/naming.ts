import type { EventTime } from '../../protocol/time.ts';

/** Type suffix of a closed beam file. */
export const TYPE_SUFFIX = '.mbeam.raw';
/** Added while a file is being written. */
export const PART_SUFFIX = '.part';
/** Added, in place of `.part`, to the journal beside it. */
export const JOURNAL_SUFFIX = '.journal';

/** `B150512_000000`: UTC of the first record's block time, as the beam files of MINOS were named. */
export function baseName(time: EventTime): string {
  const iso = new Date(time.seconds * 1000).toISOString();
  const date = iso.slice(2, 10).replaceAll('-', '');
  return `B${date}_${iso.slice(11, 19).replaceAll(':', '')}`;
}

/**
 * Name for a new file: `base.mbeam.raw`, or with a number before the type suffix when that is taken
 * (`base.1.mbeam.raw`, `base.2...`: the original's rule). A name is taken by anything in the directory that starts
 * with it, be it a file, a part, a journal or a manifest.
 * @param taken names in the directory that must not be touched.
 */
export function chooseName(base: string, taken: readonly string[]): string {
  for (let number = 0; ; number++) {
    const name = number === 0 ? `${base}${TYPE_SUFFIX}` : `${base}.${number}${TYPE_SUFFIX}`;
    if (!taken.some(other => other.startsWith(name))) return name;
  }
}
