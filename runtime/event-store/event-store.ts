import type { StoredBody } from '../../protocol/messages/raw-event.ts';
import type { Milliseconds } from '../../protocol/time.ts';

/**
 * Where bodies that are too large for a message are kept, by name. Which store it is, the configuration says
 * (`eventStore`); actors see this.
 */
export interface EventStore {
  /**
   * Resolves only when the body is safe. Putting the same bytes under the same name again changes nothing, so whoever
   * crashed before it could tell simply does it again.
   * @throws SpillwayError EVENT_BODY_CONFLICT when other bytes have the name; EVENT_STORE_FULL; EVENT_STORE_AWAY.
   */
  put(name: string, body: Uint8Array, signal?: AbortSignal): Promise<StoredBody>;
  /**
   * The bytes of a body, checked against its digest.
   * @param into where to put them instead of into new memory, e.g. a view of a SharedArrayBuffer; at least `body.bytes` long
   * @returns the part of `into` that holds them
   * @throws SpillwayError EVENT_BODY_GONE; EVENT_BODY_DAMAGED; EVENT_STORE_AWAY.
   */
  get(body: StoredBody, into?: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>;
  /** What is not there is no error. @throws SpillwayError EVENT_STORE_AWAY. */
  remove(names: readonly string[], signal?: AbortSignal): Promise<void>;
  /** How full it is. `maxBytes` is null where the store has no limit of its own. @throws SpillwayError EVENT_STORE_AWAY. */
  usage(): Promise<{ readonly bytes: number; readonly maxBytes: number | null }>;
  /** Every body that is there, oldest first. @throws SpillwayError EVENT_STORE_AWAY. */
  list(signal?: AbortSignal): Promise<readonly KeptBody[]>;
  /**
   * Frees what puts left behind that never came to their end, unless they may still be under way: at most the last minutes.
   * @returns how many there were
   * @throws SpillwayError EVENT_STORE_AWAY.
   */
  sweep(signal?: AbortSignal): Promise<number>;
}

/** A body that is there. */
export interface KeptBody {
  readonly name: string;
  readonly bytes: number;
  /** By the store's clock. */
  readonly storedAt: Milliseconds;
}
