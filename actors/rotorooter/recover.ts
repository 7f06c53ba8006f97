import { createReadStream } from 'node:fs';
import { chmod, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Logger } from 'pino';
import { carve } from '../../protocol/carve.ts';
import { SpillwayError } from '../../protocol/errors.ts';
import { takeRecord } from '../../protocol/raw-block/raw-block.ts';
import { MANIFEST_SUFFIX } from '../../protocol/rotorooter/manifest.ts';
import { BeamFile } from './beam-file.ts';
import { isMissing, type OpenFile } from './durable.ts';
import { decodeJournal, type JournalEntry, judge } from './journal.ts';
import { JOURNAL_SUFFIX, PART_SUFFIX } from './naming.ts';
import type { Sources } from './sources.ts';
import { Summary } from './summary.ts';

/** Put behind the names of a part and its journal that a person must look at. */
const ASIDE_SUFFIX = '.damaged';

/**
 * Brings the directory of a daemon that did not stop cleanly into order, and the sources up to what is on disk.
 * Returns the files that go on, their torn tails cut; usually none or one.
 * @throws SpillwayError FILE_STATE_LOST when a journal refers to a source that the table does not have.
 */
export async function recover(
  directory: string,
  sources: Sources,
  open: OpenFile,
  log: Logger,
): Promise<BeamFile[]> {
  const names = await readdir(directory);
  const files: BeamFile[] = [];
  for (const part of names.filter(name => name.endsWith(PART_SUFFIX)).toSorted()) {
    const file = await recoverPart(directory, part.slice(0, -PART_SUFFIX.length), sources, open, log);
    if (file) files.push(file);
  }
  for (const name of names.filter(name => name.endsWith(JOURNAL_SUFFIX))) {
    const file = name.slice(0, -JOURNAL_SUFFIX.length);
    if (!names.includes(file + PART_SUFFIX)) await dropJournal(directory, file, names.includes(file), log);
  }
  for (const source of sources.all) source.lastTaken = source.lastOnDisk;
  return files;
}

async function recoverPart(
  directory: string,
  name: string,
  sources: Sources,
  open: OpenFile,
  log: Logger,
): Promise<BeamFile | undefined> {
  const part = join(directory, name + PART_SUFFIX);
  const bytes = await readFile(join(directory, name + JOURNAL_SUFFIX)).catch(isMissing);
  const { size } = await stat(part);
  if (!bytes) {
    if (size > 0)
      return setAside(directory, name, log, 'it has no journal, so nobody was told that it is on disk');
    await rm(part);
    return undefined;
  }
  const journal = decodeJournal(bytes);
  const summary = new Summary();
  const read = await replay(part, journal, sources, summary);
  const verdict = judge(journal, index => index < read);
  if (verdict.kind === 'damaged') {
    // Its records were acknowledged: nobody will send them again, and nothing of what is left may be lost.
    for (const entry of journal) if (entry) advance(sources, entry);
    await sources.save();
    const what = `record ${verdict.entry + 1} is damaged, of ${verdict.synced} that were synced`;
    return setAside(directory, name, log, what);
  }
  if (verdict.entries === 0) {
    await rm(part);
    await rm(join(directory, name + JOURNAL_SUFFIX));
    return undefined;
  }
  for (const entry of journal.slice(0, verdict.entries)) if (entry) advance(sources, entry);
  // Left by a crash while the file was being closed. It goes on now, and gets another one.
  await rm(join(directory, name + MANIFEST_SUFFIX), { force: true });
  // Read-only already, when the crash came just before it got its final name.
  await chmod(part, 0o644);
  const file = await BeamFile.open(directory, name, summary, open, 'r+');
  await file.append([]);
  const cut = size - summary.bytes;
  log.info(
    { file: name, records: summary.records, bytes: summary.bytes, cut },
    'goes on with a file left open',
  );
  return file;
}

/**
 * Reads the part along its journal into the summary, up to the first record that does not match its entry.
 * @returns how many records matched.
 */
async function replay(
  part: string,
  journal: readonly (JournalEntry | undefined)[],
  sources: Sources,
  summary: Summary,
): Promise<number> {
  let read = 0;
  const cut = (bytes: Uint8Array, start: number) => {
    const entry = journal[read];
    if (!entry) return { size: bytes.byteLength - start, unit: undefined };
    if (bytes.byteLength - start < entry.size) return { needed: entry.size };
    return { size: entry.size, unit: { entry, bytes: bytes.subarray(start, start + entry.size) } };
  };
  for await (const unit of carve(
    createReadStream(part, { highWaterMark: 1024 * 1024 }),
    cut,
    () => undefined,
  )) {
    if (!unit || crc32(unit.bytes) !== unit.entry.crc) break;
    const taken = takeRecord(unit.bytes);
    if (taken.kind !== 'record' || taken.size !== unit.bytes.byteLength) break;
    summary.digests.update(unit.bytes);
    summary.add(sourceOf(sources, unit.entry), unit.entry.sequence, taken.record, taken.size);
    read++;
  }
  return read;
}

const advance = (sources: Sources, entry: JournalEntry): void => {
  const source = sourceOf(sources, entry);
  source.lastOnDisk = Math.max(source.lastOnDisk, entry.sequence);
};

function sourceOf(sources: Sources, entry: JournalEntry) {
  const source = sources.byId(entry.source);
  if (source) return source;
  throw new SpillwayError(
    'FILE_STATE_LOST',
    `a journal refers to source ${entry.source}, which sources.json does not have: put the file back, or move the .part away`,
  );
}

async function setAside(directory: string, name: string, log: Logger, reason: string): Promise<undefined> {
  for (const suffix of [PART_SUFFIX, JOURNAL_SUFFIX]) {
    const path = join(directory, name + suffix);
    await rename(path, path + ASIDE_SUFFIX).catch(isMissing);
  }
  log.error({ file: name, reason }, 'set a file aside, for a person to look at');
  return undefined;
}

/** The crash came after the file had its final name: the source table was safe before. Else the part was taken away. */
async function dropJournal(directory: string, name: string, finished: boolean, log: Logger): Promise<void> {
  const path = join(directory, name + JOURNAL_SUFFIX);
  if (finished) return rm(path);
  log.error({ file: name }, 'a journal without its file: its records will be asked for again');
  return rename(path, path + ASIDE_SUFFIX);
}
