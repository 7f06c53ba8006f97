import { createHash, type Hash } from 'node:crypto';
import { type CloseReason, type Manifest } from '../../protocol/rotorooter/manifest.ts';
import type { InOut } from '../../protocol/subjects.ts';
import { type EventTime, formatEventTime, type Milliseconds } from '../../protocol/time.ts';
import { adler32 } from './adler32.ts';

/** What the daemon needs to know of a record. */
export interface RecordHead {
  readonly time: EventTime;
  readonly spillCount: number;
  readonly inOut: InOut;
}

interface SourceRange {
  readonly source: string;
  readonly stream: string;
  readonly first: number;
  last: number;
  records: number;
}

/** Digests of bytes one after the other. */
export class Digests {
  readonly #sha256: Hash;
  #adler32: number;

  constructor(sha256 = createHash('sha256'), adler = 1) {
    this.#sha256 = sha256;
    this.#adler32 = adler;
  }

  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#adler32 = adler32(bytes, this.#adler32);
  }

  /** One that goes on from here by itself. */
  copy(): Digests {
    return new Digests(this.#sha256.copy(), this.#adler32);
  }

  get sha256(): string {
    return this.#sha256.copy().digest('hex');
  }

  get adler32(): string {
    return this.#adler32.toString(16).padStart(8, '0');
  }
}

/** Gathers, record by record, what the manifest will tell. Holds only what is safely on disk. */
export class Summary {
  /** Of all records added: whoever adds some puts that in which they are in its place. */
  digests = new Digests();
  readonly #sources = new Map<string, SourceRange>();
  readonly #records = { in: 0, out: 0 };
  #bytes = 0;
  #firstTime: EventTime | undefined;
  #earliest: EventTime | undefined;
  #latest: EventTime | undefined;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Block time of the first record; undefined while there is none. */
  get firstTime(): EventTime | undefined {
    return this.#firstTime;
  }

  get records(): number {
    return this.#records.in + this.#records.out;
  }

  add(source: { name: string; stream: string }, sequence: number, head: RecordHead, size: number): void {
    this.#bytes += size;
    this.#records[head.inOut]++;
    this.#firstTime ??= head.time;
    if (!this.#earliest || isBefore(head.time, this.#earliest)) this.#earliest = head.time;
    if (!this.#latest || isBefore(this.#latest, head.time)) this.#latest = head.time;
    this.#lowest = Math.min(this.#lowest, head.spillCount);
    this.#highest = Math.max(this.#highest, head.spillCount);
    const range = this.#sources.get(source.name);
    if (range) {
      range.last = sequence;
      range.records++;
    } else {
      const { name, stream } = source;
      this.#sources.set(name, { source: name, stream, first: sequence, last: sequence, records: 1 });
    }
  }

  /** The manifest of the file as it stands. There must be a record in it. */
  manifest(file: string, reason: CloseReason, closed: Milliseconds): Manifest {
    if (!this.#earliest || !this.#latest) throw new RangeError(`${file} holds no record`);
    return {
      format: 'beam-manifest/1',
      file,
      bytes: this.#bytes,
      sha256: this.digests.sha256,
      adler32: this.digests.adler32,
      records: { ...this.#records },
      spillCount: { lowest: this.#lowest, highest: this.#highest },
      time: { earliest: formatEventTime(this.#earliest), latest: formatEventTime(this.#latest) },
      sources: [...this.#sources.values()].map(range => ({
        ...range,
        skipped: range.last - range.first + 1 - range.records,
      })),
      closed: new Date(closed).toISOString(),
      reason,
    };
  }
}

const isBefore = (one: EventTime, other: EventTime): boolean =>
  one.seconds < other.seconds || (one.seconds === other.seconds && one.nanoseconds < other.nanoseconds);
