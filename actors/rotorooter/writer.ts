import type { Logger } from 'pino';
import type { ErrorCode } from '../../protocol/errors.ts';
import { CloseReason, MANIFEST_SUFFIX } from '../../protocol/rotorooter/manifest.ts';
import type { Clock, EventTime } from '../../protocol/time.ts';
import { type BackOff, backOffMs, pause } from '../../runtime/host/back-off.ts';
import { BeamFile, type PendingRecord } from './beam-file.ts';
import type { OpenFile } from './durable.ts';
import { TYPE_SUFFIX } from './naming.ts';
import { type RollRule, rollReason } from './roll.ts';
import type { Source, Sources } from './sources.ts';
import type { RecordHead } from './summary.ts';

export interface WriterOptions {
  readonly directory: string;
  readonly rule: RollRule;
  /** Whether files of an earlier run may be overwritten; those of this run never are. */
  readonly overwrite: boolean;
  /** Records held in memory while the disk is busy or full; senders wait beyond it. */
  readonly maxPendingBytes: number;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly open: OpenFile;
  /** Told how long each sync took, in milliseconds. */
  readonly onSync: (milliseconds: number) => void;
}

/** What became of a record that was submitted. */
export type Outcome = 'ok' | 'duplicate';

/** Retries of a disk that is full or fails, without end: an operator makes room and writing goes on. */
const BACK_OFF: BackOff = { firstMs: 100, maxMs: 5_000 };

type Task =
  | { readonly kind: 'record'; readonly record: PendingRecord; readonly done: (outcome: Outcome) => void }
  | { readonly kind: 'duplicate'; readonly done: (outcome: Outcome) => void }
  | { readonly kind: 'roll'; readonly reason: CloseReason; readonly done: (name: string) => void };

/**
 * Writes records of all clients into one file after the other. One loop owns the files. It takes everything
 * that came in while the last batch was being synced, writes and syncs that as the next batch, and then tells all
 * its senders: under load a sync is shared by many records, at rest a record waits for none but its own.
 */
export class Writer {
  readonly #options: WriterOptions;
  readonly #sources: Sources;
  readonly #stop = new AbortController();
  readonly #finished = new Set<string>();
  readonly #tasks: Task[] = [];
  #file: BeamFile | undefined;
  #periodTimer: NodeJS.Timeout | undefined;
  #wake = Promise.withResolvers<void>();
  #room = Promise.withResolvers<void>();
  #ended = false;
  readonly #loop: Promise<void>;

  /** Since the start: what is on disk, sent twice, never sent. Now: bytes waiting, and 1 if the disk refuses. */
  readonly figures = {
    records: 0,
    bytes: 0,
    files: 0,
    duplicates: 0,
    skipped: 0,
    pendingBytes: 0,
    stalled: 0,
  };

  /** @param file where to go on; recovery found it. */
  constructor(options: WriterOptions, sources: Sources, file: BeamFile | undefined) {
    this.#options = options;
    this.#sources = sources;
    if (file) this.#use(file);
    this.#loop = this.#run().catch((error: unknown) => {
      // Given up while it stops. Anything else is a defect, and must not pass for a disk that is slow.
      if (!this.#stop.signal.aborted) throw error;
    });
  }

  /** Whether there is no room for more records. */
  get full(): boolean {
    return this.figures.pendingBytes > this.#options.maxPendingBytes;
  }

  /** Resolves when there is room for more records; await it before reading on from a client. */
  async room(): Promise<void> {
    while (this.full) await this.#room.promise;
  }

  /**
   * Takes a record.
   * @param bytes not copied: they must stay as they are until it is done
   * @param done called when it is on disk; one whose sequence was taken before is not written again
   */
  submit(
    source: Source,
    sequence: number,
    head: RecordHead,
    bytes: Uint8Array,
    done: (outcome: Outcome) => void,
  ): void {
    if (sequence <= source.lastTaken) {
      this.figures.duplicates++;
      // The first of its kind may still be on its way to disk.
      return this.#give({ kind: 'duplicate', done });
    }
    if (source.lastTaken > 0) this.figures.skipped += sequence - source.lastTaken - 1;
    source.lastTaken = sequence;
    this.figures.pendingBytes += bytes.byteLength;
    this.#give({ kind: 'record', record: { source, sequence, head, bytes }, done });
  }

  /** Closes the current file behind everything submitted so far; resolves with its name, empty when none was open. */
  roll(reason: CloseReason): Promise<string> {
    return new Promise(done => this.#give({ kind: 'roll', reason, done }));
  }

  /** The source of that name, known to disk; keeps trying while the disk refuses. */
  openSource(name: string, stream: string): Promise<Source> {
    return this.#insist('open a source', () => this.#sources.open(name, stream));
  }

  /**
   * Writes what was submitted, closes the file, and ends. After `graceMs` with a disk that refuses, the file is
   * left for the next start; what was not acknowledged is then not on disk.
   */
  async end(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), graceMs);
    void this.roll(CloseReason.stop);
    this.#ended = true;
    await this.#loop;
    clearTimeout(timer);
    clearTimeout(this.#periodTimer);
    await this.#file?.close();
  }

  #give(task: Task): void {
    this.#tasks.push(task);
    this.#wake.resolve();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (this.#tasks.length > 0) {
        await this.#next();
      } else if (this.#ended) {
        return;
      } else {
        this.#wake = Promise.withResolvers();
        await this.#wake.promise;
      }
    }
  }

  /** Does the first task, together with all records behind it that go into the same file. */
  async #next(): Promise<void> {
    const [task] = this.#tasks;
    if (task?.kind === 'roll') {
      const name = this.#file?.name ?? '';
      await this.#finish(task.reason);
      this.#tasks.shift();
      task.done(name);
    } else if (task?.kind === 'duplicate') {
      this.#tasks.shift();
      task.done('duplicate');
    } else if (task) {
      const reason = this.#reasonToRoll(task.record, this.#file?.firstTime, 0);
      if (reason) await this.#finish(reason);
      const file = this.#file ?? (await this.#insist('create a file', () => this.#create(task.record.head)));
      this.#use(file);
      await this.#commit(file, task.record.head.time);
    }
  }

  #reasonToRoll(
    record: PendingRecord,
    firstTime: EventTime | undefined,
    ahead: number,
  ): CloseReason | undefined {
    if (!this.#file || !firstTime) return undefined;
    const file = { firstTime, bytes: this.#file.bytes + ahead };
    return rollReason(this.#options.rule, file, { time: record.head.time, size: record.bytes.byteLength });
  }

  /** @param time block time of the first task, which names the period of a file that holds nothing yet. */
  async #commit(file: BeamFile, time: EventTime): Promise<void> {
    const batch: (Task & { kind: 'record' })[] = [];
    let ahead = 0;
    for (const task of this.#tasks) {
      if (task.kind !== 'record') break;
      if (batch.length > 0 && this.#reasonToRoll(task.record, file.firstTime ?? time, ahead)) break;
      batch.push(task);
      ahead += task.record.bytes.byteLength;
    }
    const started = performance.now();
    await this.#insist('write', () => file.append(batch.map(({ record }) => record)));
    this.#options.onSync(performance.now() - started);
    this.#tasks.splice(0, batch.length);
    this.figures.pendingBytes -= ahead;
    this.figures.records += batch.length;
    this.figures.bytes += ahead;
    for (const { record, done } of batch) {
      record.source.lastOnDisk = record.sequence;
      done('ok');
    }
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  #create(first: RecordHead): Promise<BeamFile> {
    const { directory, overwrite, open } = this.#options;
    const overwritable = (name: string): boolean => {
      const file = name.endsWith(MANIFEST_SUFFIX) ? name.slice(0, -MANIFEST_SUFFIX.length) : name;
      return overwrite && file.endsWith(TYPE_SUFFIX) && !this.#finished.has(file);
    };
    return BeamFile.create(directory, first, overwritable, open);
  }

  #use(file: BeamFile): void {
    if (this.#file === file) return;
    this.#file = file;
    // Block times close a file while records come. When none come, it is closed after a period all the same.
    const periodMs = this.#options.rule.hours * 3_600_000;
    this.#periodTimer = setTimeout(() => {
      if (this.#file === file) void this.roll(CloseReason.time);
    }, periodMs).unref();
    this.#options.log.info({ file: file.name }, 'file opened');
  }

  async #finish(reason: CloseReason): Promise<void> {
    const file = this.#file;
    if (!file) return;
    clearTimeout(this.#periodTimer);
    const { clock, open, log } = this.#options;
    this.#finished.add(file.name);
    await this.#insist('close a file', () => file.finish(reason, clock(), this.#sources, open));
    this.#file = undefined;
    this.figures.files++;
    log.info({ file: file.name, bytes: file.bytes, reason }, 'file closed');
  }

  /** Does it until it works; says so when it begins to fail and when it works again. */
  async #insist<T>(what: string, action: () => Promise<T>): Promise<T> {
    const { log, random } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await action();
        if (attempt > 1) log.warn({ what, attempt }, 'the disk takes data again');
        this.figures.stalled = 0;
        return result;
      } catch (error) {
        this.figures.stalled = 1;
        if (attempt === 1) {
          const code = codeOf(error);
          log.error({ code, what, err: error }, 'the disk refuses, nothing is acknowledged meanwhile');
        }
        await pause(backOffMs(BACK_OFF, attempt, random), this.#stop.signal);
        if (this.#stop.signal.aborted) throw error;
      }
    }
  }
}

/** A disk without room or quota left is told apart: an operator can do something about it. */
const codeOf = (error: unknown): ErrorCode =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    ? 'DISK_FULL'
    : 'UNKNOWN';
