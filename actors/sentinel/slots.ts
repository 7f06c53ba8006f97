/** Memory for one event, shared with the worker threads; given back at the end of a scope. */
export interface Slot extends Disposable {
  readonly bytes: Uint8Array;
}

/**
 * Memory that events are fetched into and worked on in place: a picture is never copied between threads, and none is allocated once
 * every slot has seen the largest event. There are as many slots as events in hand.
 */
export class Slots {
  readonly #free: Uint8Array[] = [];
  #largest = 0;

  /** A slot of at least so many bytes; what is in it is not cleared. */
  take(bytes: number): Slot {
    this.#largest = Math.max(this.#largest, bytes);
    const known = this.#free.pop();
    const memory =
      known && known.length >= bytes ? known : new Uint8Array(new SharedArrayBuffer(this.#largest));
    return { bytes: memory, [Symbol.dispose]: () => void this.#free.push(memory) };
  }
}
