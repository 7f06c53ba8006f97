import type { Socket } from 'node:net';
import type { ErrorCode } from '../../protocol/errors.ts';
import { type AllowList, canonicalAddress } from './allow-list.ts';
import type { ServerLimits } from './options.ts';

/** How long a refused caller may take to read why, and how many may at once. */
const LINGER_MS = 1000;
const LINGERING = 32;

export interface Refusal {
  readonly reason: ErrorCode;
  readonly detail: string;
}

/**
 * Decides which connections may speak at all, before a byte of theirs is read, and remembers which may not.
 * A refused caller does not take a place from those who are let in.
 */
export class Door {
  readonly #allowed: AllowList;
  readonly #limits: ServerLimits;
  readonly #inside = new Map<Socket, string>();
  readonly #perAddress = new Map<string, number>();
  readonly #leaving = new Set<Socket>();
  readonly #sentAway = new WeakSet<Socket>();

  constructor(allowed: AllowList, limits: ServerLimits) {
    this.#allowed = allowed;
    this.#limits = limits;
  }

  /** Lets the connection in, or says why not. */
  admit(socket: Socket): Refusal | undefined {
    const address = canonicalAddress(socket.remoteAddress);
    if (address === undefined || !this.#allowed(address)) {
      return {
        reason: 'HOST_REFUSED',
        detail: `${address ?? 'a caller that has gone'} is not in the allow-list`,
      };
    }
    if (this.#inside.size >= this.#limits.connections) {
      return {
        reason: 'RATE_EXCEEDED',
        detail: `over ${this.#limits.connections} connections, from ${address}`,
      };
    }
    const count = this.#perAddress.get(address) ?? 0;
    if (count >= this.#limits.connectionsPerAddress) {
      const detail = `over ${this.#limits.connectionsPerAddress} connections from ${address}`;
      return { reason: 'RATE_EXCEEDED', detail };
    }
    this.#inside.set(socket, address);
    this.#perAddress.set(address, count + 1);
    socket.once('close', () => this.#leave(socket));
    return undefined;
  }

  /** The caller's address; undefined for a connection that was sent away, or has gone. */
  addressOf(socket: Socket): string | undefined {
    return this.#inside.get(socket);
  }

  wasSentAway(socket: Socket): boolean {
    return this.#sentAway.has(socket);
  }

  /**
   * Sends a connection away with a last answer. The answer would be lost if we closed while the caller is still
   * sending (the kernel resets such a connection), so what comes is thrown away for a moment.
   */
  sendAway(socket: Socket, answer: string): void {
    this.#leave(socket);
    this.#sentAway.add(socket);
    if (this.#leaving.has(socket)) return;
    if (this.#leaving.size >= LINGERING || !socket.writable) {
      socket.destroy();
      return;
    }
    this.#leaving.add(socket);
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#leaving.delete(socket);
    });
    socket.end(answer);
  }

  #leave(socket: Socket): void {
    const address = this.#inside.get(socket);
    if (address === undefined) return;
    this.#inside.delete(socket);
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, left);
  }
}
