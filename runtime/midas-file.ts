import { type FileHandle, open } from 'node:fs/promises';
import { asSpillwayError, SpillwayError } from '../protocol/errors.ts';
import { type BadEvent, type MidasLimits, readUnits, type StreamedEvent } from '../protocol/midas/midas.ts';
import type { ReadOptions } from '../protocol/midas/read.ts';
import type { Milliseconds } from '../protocol/time.ts';
import { gunzipped } from './gunzip.ts';
import { pause } from './host/back-off.ts';

export interface RunFileOptions {
  readonly limits?: MidasLimits;
  readonly signal: AbortSignal;
  /** The file may still grow: at its end look again, until the end-of-run event has been read or the signal aborts. */
  readonly follow?: Follow;
  /**
   * Bytes of the event at an offset, where the caller has it already: it is stepped over, and not even read unless the file is
   * compressed.
   */
  readonly have?: (offset: number) => number | undefined;
  /** Told how many bytes of the file, as it is on disk, are done with. */
  readonly onRead?: (bytes: number) => void;
}

export interface Follow {
  /** How long to wait at the end of the file. */
  readonly pollMs: Milliseconds;
  /** Whether it grows no more; asked at its end, which is then read once more. Without it, it may always grow. */
  readonly over?: () => Promise<boolean>;
}

/** An event that the caller has. */
export interface SteppedOver {
  readonly kind: 'stepped-over';
  readonly offset: number;
  readonly size: number;
}

const CHUNK_BYTES = 1024 * 1024;
/** Of gzip's input at a time: deflate makes at most 1032 bytes of one, so 64 MiB of output wait at most. */
const GZIP_CHUNK_BYTES = 64 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

export interface MidasFileOptions extends ReadOptions, Omit<RunFileOptions, 'have'> {}

/** `readRunFile` without what is malformed: `onBad` is told of it, or it ends the file. Where the signal aborts, it just ends. */
export async function* readMidasFile(
  path: string,
  { onBad, ...options }: MidasFileOptions,
): AsyncGenerator<StreamedEvent, void, undefined> {
  for await (const unit of readRunFile(path, options)) {
    if (unit.kind === 'bad') {
      if (!onBad)
        throw new SpillwayError('MIDAS_MALFORMED', `${path}: event at byte ${unit.offset}: ${unit.reason}`);
      onBad(unit);
    } else if (unit.kind !== 'stepped-over') yield unit;
  }
}

/**
 * The events of a run file, `.mid` or compressed with gzip, which its first bytes tell whatever its name. Its memory is that of
 * `readUnits` and one chunk. Where the signal aborts it ends as if nothing were torn. Of a compressed file the end-of-run
 * event comes after gzip's checksum has been found right, unless the file may grow for ever.
 *
 * @throws SpillwayError that names the file, after all whole events before it were given:
 *   MIDAS_TRUNCATED where the file, or the gzip data in it, ends too early, or a followed file becomes shorter;
 *   MIDAS_MALFORMED where bytes are not an event, or not gzip data.
 * @throws the error of the file system where it cannot be read
 */
export async function* readRunFile(
  path: string,
  options: RunFileOptions,
): AsyncGenerator<StreamedEvent | BadEvent | SteppedOver, void, undefined> {
  const { signal } = options;
  await using file = await open(path, 'r');
  try {
    const magic = await firstBytes(file, options);
    const zipped = GZIP_MAGIC.every((byte, index) => magic[index] === byte);
    for await (const unit of zipped ? packedUnits(file, options) : plainUnits(file, options)) {
      yield unit;
      if (signal.aborted) return;
    }
  } catch (thrown) {
    const { code, message } = asSpillwayError(thrown);
    if (signal.aborted && code === 'MIDAS_TRUNCATED') return;
    if (!code.startsWith('MIDAS_')) throw thrown;
    throw new SpillwayError(code, `${path}: ${message}`, { cause: thrown });
  }
}

async function firstBytes(file: FileHandle, { follow, signal }: RunFileOptions): Promise<Uint8Array> {
  const magic = new Uint8Array(GZIP_MAGIC.length);
  for (let over = !follow; ; ) {
    const { bytesRead } = await file.read(magic, 0, magic.length, 0);
    if (bytesRead === magic.length || over || signal.aborted) return magic;
    over = (await follow?.over?.()) ?? false;
    if (!over) await pause(follow?.pollMs ?? 0, signal);
  }
}

async function* plainUnits(
  file: FileHandle,
  options: RunFileOptions,
): AsyncGenerator<StreamedEvent | BadEvent | SteppedOver> {
  const { have, follow, limits } = options;
  for (let at = 0, goesOn = true; goesOn; ) {
    for (let size = have?.(at); size !== undefined; size = have?.(at)) {
      yield { kind: 'stepped-over', offset: at, size };
      at += size;
    }
    goesOn = false;
    for await (const unit of readUnits(growing(file, CHUNK_BYTES, options, at), limits, at)) {
      yield unit;
      if (follow && unit.kind === 'end-of-run') return;
      at = unit.offset + unit.bytes.byteLength;
      goesOn = have?.(at) !== undefined;
      if (goesOn) break;
    }
  }
}

async function* packedUnits(
  file: FileHandle,
  options: RunFileOptions,
): AsyncGenerator<StreamedEvent | BadEvent | SteppedOver> {
  const { have, follow, limits } = options;
  const contents = gunzipped(growing(file, GZIP_CHUNK_BYTES, options, 0), CHUNK_BYTES);
  let end: StreamedEvent | undefined;
  for await (const unit of readUnits(contents, limits)) {
    const { offset, bytes } = unit;
    if (follow && unit.kind === 'end-of-run') {
      end ??= unit;
      // Nothing tells when such a file has its checksum.
      if (!follow.over) break;
    } else if (have?.(offset) === bytes.byteLength)
      yield { kind: 'stepped-over', offset, size: bytes.byteLength };
    else if (!end) yield unit;
  }
  if (end) yield end;
}

async function* growing(
  file: FileHandle,
  chunkBytes: number,
  { signal, follow, onRead }: RunFileOptions,
  from: number,
): AsyncGenerator<Uint8Array> {
  for (let at = from, over = !follow; !signal.aborted; ) {
    // A new buffer each time: events are views into it.
    const chunk = new Uint8Array(chunkBytes);
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, at);
    at += bytesRead;
    onRead?.(at);
    if (bytesRead > 0) {
      yield chunk.subarray(0, bytesRead);
      continue;
    }
    const { size } = follow ? await file.stat() : { size: at };
    if (size < at) throw new SpillwayError('MIDAS_TRUNCATED', `${at} bytes were read, now it has ${size}`);
    if (over) return;
    over = (await follow?.over?.()) ?? false;
    if (!over) await pause(follow?.pollMs ?? 0, signal);
  }
}
