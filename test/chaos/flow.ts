import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Milliseconds } from '../../protocol/time.ts';

/** How bytes are passed on; with nothing set, at once. */
export interface Manner {
  readonly silent?: boolean;
  delayMs?(): Milliseconds;
  readonly pieces?: { readonly bytes: number; readonly pauseMs: Milliseconds };
}

/** Held back beyond this, the source is not read from: the other side's buffers fill, as on a slow line. */
const MOST_HELD = 4 << 20;

/** One direction of one connection: bytes in their order, in a manner that may change at any time. */
export class Flow {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #waiting: { readonly chunk: Buffer; readonly dueAt: number }[] = [];
  #held = 0;
  #manner: Manner = {};
  #pumping = false;
  #ended = false;

  constructor(source: Socket, sink: Socket, onBytes: (chunk: Buffer) => void) {
    this.#source = source;
    this.#sink = sink;
    source.on('data', (chunk: Buffer) => {
      onBytes(chunk);
      this.#take(chunk);
    });
    sink.on('drain', () => this.#wake());
  }

  set(manner: Manner): void {
    this.#manner = manner;
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#waiting.length = 0;
  }

  #take(chunk: Buffer): void {
    const dueAt = performance.now() + (this.#manner.delayMs?.() ?? 0);
    this.#waiting.push({ chunk, dueAt });
    this.#held += chunk.length;
    if (this.#held > MOST_HELD) this.#source.pause();
    this.#wake();
  }

  #wake(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      // Called again when the manner changes, or the sink has room.
      if (this.#ended || this.#manner.silent || this.#sink.writableNeedDrain) break;
      const waitMs = next.dueAt - performance.now();
      if (waitMs > 0 && this.#manner.delayMs) {
        await pause(Math.min(waitMs, 50));
        continue;
      }
      this.#waiting.shift();
      await this.#write(next.chunk);
      this.#held -= next.chunk.length;
      if (this.#held <= MOST_HELD && this.#source.isPaused()) this.#source.resume();
    }
    this.#pumping = false;
  }

  async #write(chunk: Buffer): Promise<void> {
    let rest = chunk;
    while (rest.length > 0 && !this.#ended) {
      const { pieces } = this.#manner;
      const now = rest.subarray(0, pieces?.bytes);
      rest = rest.subarray(now.length);
      this.#sink.write(now);
      // A timer cannot wait for less than a millisecond, but what is written in one turn goes in one packet.
      if (pieces) await (pieces.pauseMs > 0 ? pause(pieces.pauseMs) : new Promise(setImmediate));
    }
  }
}
