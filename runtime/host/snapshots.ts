import { headers } from '@nats-io/transport-node';
import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { StreamId } from '../actor.ts';
import type { Positions } from './envelope.ts';
import type { Nats } from './nats.ts';
import { StateCell } from './state.ts';
import { stateBucket, stateStream } from './state-bucket.ts';

/** Part of its time that a fold may spend on writing snapshots, and the least time from one to the next. */
const SHARE = 0.05;
const APART_MS = 1_000;

/** A message of NATS takes 1 MiB by default; a snapshot above this size goes in parts of it. */
const PART_BYTES = 512 * 1024;

/** The shortest that a server takes: a mark is of no use once the part has gone. */
const MARK_TTL = '1s';

/** A state, and what it was made from. */
export interface Snapshot<State> {
  readonly positions: Positions;
  /** Time of the last step, in the time of `storedAt`. */
  readonly time: Milliseconds;
  readonly state: State;
}

const Head = z.object({
  positions: z.record(z.string(), z.int().min(0)),
  time: z.number(),
  /** The state itself, or in how many parts and under which name it lies beside. */
  state: z.unknown(),
  parts: z.object({ generation: z.string(), count: z.int().min(1) }).optional(),
});
type Head = z.infer<typeof Head>;

/** As written by versions that folded one stream. */
const OneStream = z
  .object({ stream: z.string(), sequence: z.int().min(0), state: z.unknown() })
  .transform(({ stream, sequence, state }): Head => ({ positions: { [stream]: sequence }, time: 0, state }));

/**
 * The snapshots of one fold. The head is written by compare-and-set, after the parts it names and before those of its
 * predecessor go: whenever the writer dies, the head that is there is whole.
 */
export class Snapshots<State> {
  readonly #nats: Nats;
  readonly #key: string;
  readonly #schema: z.ZodType<State>;
  readonly #random: () => number;
  readonly #head: StateCell<Head>;
  #last: Head | undefined;
  #saved: Snapshot<State> | undefined;
  /** Whether the server lets a mark of deletion go by itself. */
  #expires = false;
  #dueAt: Milliseconds;

  constructor(nats: Nats, key: string, schema: z.ZodType<State>, random: () => number) {
    this.#nats = nats;
    this.#key = key;
    this.#schema = schema;
    this.#random = random;
    this.#head = new StateCell(nats.state, key, z.union([Head, OneStream]));
    this.#dueAt = performance.now() + APART_MS;
  }

  /** @throws SpillwayError MESSAGE_MALFORMED when it is of another version; NATS_AWAY when a part cannot be had. */
  async read(): Promise<Snapshot<State> | undefined> {
    const head = await this.#head.read();
    await this.#removeLeftOver(head?.parts?.generation);
    if (!head) return undefined;
    const { positions, time, parts } = head;
    const stored = parts ? JSON.parse(await this.#readParts(parts.generation, parts.count)) : head.state;
    const state = this.#schema.safeParse(stored);
    if (!state.success) {
      throw new SpillwayError(
        'MESSAGE_MALFORMED',
        `state ${this.#key} is of another version: ${state.error.message}`,
      );
    }
    this.#last = head;
    this.#saved = { positions, time, state: state.data };
    return this.#saved;
  }

  /** Milliseconds until the next one may be written; 0 and less when it may. */
  get dueInMs(): Milliseconds {
    return this.#dueAt - performance.now();
  }

  /** Whether this is not what was written last. */
  isNew({ positions, state }: Snapshot<State>): boolean {
    const saved = this.#saved;
    if (state !== saved?.state) return true;
    return Object.entries(positions).some(
      ([stream, sequence]) => saved.positions[stream as StreamId] !== sequence,
    );
  }

  /** @throws SpillwayError WRITER_CONFLICT when another instance has written since; PUBLISH_FAILED otherwise. */
  async save(snapshot: Snapshot<State>): Promise<void> {
    const startedAt = performance.now();
    const before = this.#last?.parts;
    const head = await this.#compose(snapshot);
    await this.#head.write(head);
    this.#last = head;
    this.#saved = snapshot;
    if (before && before.generation !== head.parts?.generation)
      await this.#removeParts(before.generation, before.count);
    const costMs = performance.now() - startedAt;
    this.#dueAt = performance.now() + Math.max(APART_MS, costMs / SHARE - costMs);
  }

  /** The head, its parts being stored. A state that has not changed keeps its parts. */
  async #compose({ positions, time, state }: Snapshot<State>): Promise<Head> {
    const { parts: there } = this.#last ?? {};
    if (there && state === this.#saved?.state) return { positions, time, state: null, parts: there };
    const bytes = Buffer.from(JSON.stringify(state));
    if (bytes.length <= PART_BYTES) return { positions, time, state };
    const generation = this.#random().toString(36).slice(2);
    const count = Math.ceil(bytes.length / PART_BYTES);
    const parts = Array.from({ length: count }, (_, index) =>
      this.#nats.state.put(
        this.#partKey(generation, index),
        bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES),
      ),
    );
    try {
      await Promise.all(parts);
    } catch (cause) {
      throw new SpillwayError('PUBLISH_FAILED', `a part of state ${this.#key} could not be stored`, {
        cause,
      });
    }
    return { positions, time, state: null, parts: { generation, count } };
  }

  async #readParts(generation: string, count: number): Promise<string> {
    const parts: Uint8Array[] = [];
    for (let index = 0; index < count; index++) {
      const part = await this.#nats.state.get(this.#partKey(generation, index));
      // Another instance may have written since the head was read; then this one does not hold the lease any more.
      if (!part) throw new SpillwayError('NATS_AWAY', `part ${index} of state ${this.#key} is not there`);
      parts.push(part.value);
    }
    return Buffer.concat(parts).toString();
  }

  /** Removes the parts of every generation but one: those whose writer died. */
  async #removeLeftOver(kept: string | undefined): Promise<void> {
    const bucket = stateBucket(this.#nats.experiment);
    const { state, config } = await this.#nats.jsm.streams.info(stateStream(this.#nats.experiment), {
      subjects_filter: `$KV.${bucket}.${this.#partKey('*', '*')}`,
    });
    this.#expires = config.allow_msg_ttl ?? false;
    const counts = new Map<string, number>();
    for (const subject of Object.keys(state.subjects ?? {})) {
      const [generation = '', index = ''] = subject.split('.').slice(-2);
      counts.set(generation, Math.max(counts.get(generation) ?? 0, Number(index) + 1));
    }
    for (const [generation, count] of counts)
      if (generation !== kept) await this.#removeParts(generation, count);
  }

  async #removeParts(generation: string, count: number): Promise<void> {
    const { js, jsm, experiment } = this.#nats;
    const subject = (index: number | '*') =>
      `$KV.${stateBucket(experiment)}.${this.#partKey(generation, index)}`;
    if (!this.#expires) {
      // Not the KV's own way, which would leave a mark for every part for ever.
      await jsm.streams.purge(stateStream(experiment), { filter: subject('*') });
      return;
    }
    // A purge is of the whole bucket to the server's permissions; this is of one's own keys.
    const deleted = headers();
    deleted.set('KV-Operation', 'DEL');
    const marks = Array.from({ length: count }, (_, index) =>
      js.publish(subject(index), undefined, { headers: deleted, ttl: MARK_TTL }),
    );
    await Promise.all(marks);
  }

  #partKey(generation: string, index: number | '*'): string {
    return `${this.#key}.parts.${generation}.${index}`;
  }
}
