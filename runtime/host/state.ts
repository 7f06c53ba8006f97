import type { KV } from '@nats-io/kv';
import type { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { natsFailure } from './forbidden.ts';

const decoder = new TextDecoder();

/**
 * One value of an actor, kept in JetStream with compare-and-set: whoever writes must have seen the last
 * value, so that an instance that was thought dead cannot overwrite its successor's.
 */
export class StateCell<T> {
  readonly #kv: KV;
  readonly #key: string;
  readonly #schema: z.ZodType<T>;
  #revision = 0;

  constructor(kv: KV, key: string, schema: z.ZodType<T>) {
    this.#kv = kv;
    this.#key = key;
    this.#schema = schema;
  }

  /**
   * The value last written by anyone; undefined when there is none.
   * @throws SpillwayError MESSAGE_MALFORMED when it does not fit the schema: it is of another version of Spillway.
   */
  async read(): Promise<T | undefined> {
    const entry = await this.#kv.get(this.#key);
    this.#revision = entry?.revision ?? 0;
    if (entry?.operation !== 'PUT') return undefined;
    const parsed = this.#schema.safeParse(JSON.parse(decoder.decode(entry.value)));
    if (parsed.success) return parsed.data;
    throw new SpillwayError(
      'MESSAGE_MALFORMED',
      `state ${this.#key} is of another version: ${parsed.error.message}`,
    );
  }

  /** @throws SpillwayError WRITER_CONFLICT when another instance has written since; PUBLISH_FAILED otherwise. */
  async write(value: T): Promise<void> {
    try {
      this.#revision = await this.#kv.put(this.#key, JSON.stringify(value), {
        previousSeq: this.#revision,
      });
    } catch (cause) {
      // 10071: wrong last sequence, JetStream's answer to a lost compare-and-set.
      const conflict = cause instanceof Error && /wrong last sequence/i.test(cause.message);
      if (conflict)
        throw new SpillwayError('WRITER_CONFLICT', `state ${this.#key} has another writer`, { cause });
      throw natsFailure('PUBLISH_FAILED', `state ${this.#key} could not be stored`, cause);
    }
  }
}

/** Key of a lane's cell: KV keys take letters, digits, `-`, `_`, `.`, `=` and `/` only. */
export const laneKey = (actor: string, stream: string, lane: string | undefined, what: string): string =>
  `${actor}.${stream}${lane === undefined ? '' : `/${plain(lane)}`}.${what}`;

/** What a lane is called where one word must do: as a consumer, and as the addressee of a replayed dead letter. */
export const laneName = (actor: string, lane: string | undefined): string =>
  lane === undefined ? actor : `${actor}--${plain(lane)}`;

/** A name as keys and consumers take it; two names stay two. */
const plain = (name: string): string =>
  name.replaceAll(/[^\w-]/gu, char =>
    [...Buffer.from(char)].map(byte => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  );
