import { type FileHandle, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type CloseReason, MANIFEST_SUFFIX } from '../../protocol/rotorooter/manifest.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { type OpenFile, replaceFile, syncDirectory, writeFully } from './durable.ts';
import { ENTRY_BYTES, encodeEntry } from './journal.ts';
import { baseName, chooseName, JOURNAL_SUFFIX, PART_SUFFIX } from './naming.ts';
import type { Source, Sources } from './sources.ts';
import { type RecordHead, Summary } from './summary.ts';

/** A record on its way to disk. */
export interface PendingRecord {
  readonly source: Source;
  readonly sequence: number;
  readonly head: RecordHead;
  readonly bytes: Uint8Array;
}

/** The open file: `<name>.part` with its journal `<name>.journal` beside it. */
export class BeamFile {
  readonly name: string;
  readonly #directory: string;
  readonly #data: FileHandle;
  readonly #journal: FileHandle;
  readonly #summary: Summary;
  /** Whether bytes behind the synced ones may be in the files. */
  #unsynced = true;
  #renamed = false;

  private constructor(
    directory: string,
    name: string,
    data: FileHandle,
    journal: FileHandle,
    summary: Summary,
  ) {
    this.#directory = directory;
    this.name = name;
    this.#data = data;
    this.#journal = journal;
    this.#summary = summary;
  }

  /**
   * A new file, named by its first record.
   * @param overwritable names that may be used although files of that name are there.
   */
  static async create(
    directory: string,
    first: RecordHead,
    overwritable: (name: string) => boolean,
    open: OpenFile,
  ): Promise<BeamFile> {
    const taken = (await readdir(directory)).filter(name => !overwritable(name));
    const name = chooseName(baseName(first.time), taken);
    return BeamFile.open(directory, name, new Summary(), open, 'w');
  }

  /** @param flags `w` for new files, `r+` for those that recovery has read into `summary`: it must agree with them. */
  static async open(
    directory: string,
    name: string,
    summary: Summary,
    open: OpenFile,
    flags: 'w' | 'r+',
  ): Promise<BeamFile> {
    const paths = [join(directory, name + PART_SUFFIX), join(directory, name + JOURNAL_SUFFIX)] as const;
    const opened: FileHandle[] = [];
    try {
      const data = await open(paths[0], flags);
      opened.push(data);
      const journal = await open(paths[1], flags);
      opened.push(journal);
      await syncDirectory(directory);
      return new BeamFile(directory, name, data, journal, summary);
    } catch (thrown) {
      await Promise.allSettled(opened.map(handle => handle.close()));
      // A name that holds nothing would be taken for good.
      if (flags === 'w') await Promise.allSettled(paths.map(path => rm(path, { force: true })));
      throw thrown;
    }
  }

  get firstTime() {
    return this.#summary.firstTime;
  }

  get bytes(): number {
    return this.#summary.bytes;
  }

  /**
   * Appends records; when this resolves they survive a power cut, and are in the summary.
   *
   * Records and journal entries go to two files in whatever order the disk likes, and both are synced before anyone
   * is told. After a crash a record counts only if both are whole (`journal.ts`, `judge`), so an acknowledged record
   * is always kept; one that was not acknowledged is either cut or, if both parts made it, kept and known
   * by its sequence when the client sends it again.
   *
   * When this throws, nothing of the batch counts and it may be given again. The files are cut back to what was synced
   * before anything else is written, because after a failed sync the kernel may have dropped pages it still shows:
   * only bytes written anew can be trusted to a later sync.
   */
  async append(batch: readonly PendingRecord[]): Promise<void> {
    const entries = this.#summary.records;
    if (this.#unsynced) {
      await this.#data.truncate(this.#summary.bytes);
      await this.#journal.truncate(entries * ENTRY_BYTES);
    }
    this.#unsynced = true;
    const pieces = batch.map(({ bytes }) => bytes);
    const written = settleBoth(
      store(this.#data, pieces, this.#summary.bytes),
      store(this.#journal, [journalOf(batch, entries)], entries * ENTRY_BYTES),
    );
    // While the disk is at work.
    const digests = this.#summary.digests.copy();
    for (const bytes of pieces) digests.update(bytes);
    await written;
    this.#unsynced = false;
    this.#summary.digests = digests;
    for (const { source, sequence, head, bytes } of batch)
      this.#summary.add(source, sequence, head, bytes.byteLength);
  }

  /**
   * Closes the file: manifest beside it, read-only, under its final name. May be tried again when it throws.
   *
   * Each step leaves a state that the next start understands. Until the source table is safe, the journal
   * tells what is on disk, and it goes last. The manifest is there before the final name is: a file without `.part`
   * always has one.
   */
  async finish(reason: CloseReason, now: Milliseconds, sources: Sources, open: OpenFile): Promise<void> {
    const path = join(this.#directory, this.name);
    if (!this.#renamed) {
      if (this.#unsynced) await this.append([]);
      await sources.save();
      const manifest = this.#summary.manifest(this.name, reason, now);
      await replaceFile(path + MANIFEST_SUFFIX, `${JSON.stringify(manifest, null, 2)}\n`, open);
      await this.#data.chmod(0o444);
      await this.#data.sync();
      await rename(path + PART_SUFFIX, path);
      this.#renamed = true;
    }
    await syncDirectory(this.#directory);
    await rm(path + JOURNAL_SUFFIX, { force: true });
    await this.close();
  }

  /** Lets go of the files as they are. */
  async close(): Promise<void> {
    await settleBoth(this.#data.close(), this.#journal.close());
  }
}

/** Resolves when the bytes are in the file, whatever happens to the machine then. */
async function store(handle: FileHandle, pieces: readonly Uint8Array[], position: number): Promise<void> {
  await writeFully(handle, pieces, position);
  await handle.datasync();
}

/** @param syncedBefore entries, with their records, that are known to be on disk */
function journalOf(batch: readonly PendingRecord[], syncedBefore: number): Uint8Array {
  const journal = new Uint8Array(batch.length * ENTRY_BYTES);
  for (const [index, { source, sequence, bytes }] of batch.entries()) {
    const entry = {
      source: source.id,
      size: bytes.byteLength,
      sequence,
      syncedBefore,
      crc: crc32(bytes),
    };
    encodeEntry(journal, index * ENTRY_BYTES, entry);
  }
  return journal;
}

/** Waits for both even when one fails: no operation may still be running when the files are cut back. */
async function settleBoth(one: Promise<void>, other: Promise<void>): Promise<void> {
  const failed = (await Promise.allSettled([one, other])).find(result => result.status === 'rejected');
  if (failed) throw failed.reason;
}
