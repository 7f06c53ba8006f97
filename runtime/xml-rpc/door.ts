import type { Socket } from 'node:net';
import type { ErrorCode } from '../../protocol/errors.ts';
import { type AllowList, canonicalAddress } from './allow-list.ts';
import { type Guest, Guests } from './guests.ts';
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
 * A refused caller does not take a place from those who are let in, and one that only sits there loses his to the next.
 */
export class Door {
  readonly #allowed: AllowList;
  readonly #limits: ServerLimits;
  readonly #onRefused: (refusal: Refusal) => void;
  readonly #guests = new Guests();
  readonly #leaving = new Set<Socket>();
  readonly #sentAway = new WeakSet<Socket>();

  constructor(allowed: AllowList, limits: ServerLimits, onRefused: (refusal: Refusal) => void) {
    this.#allowed = allowed;
    this.#limits = limits;
    this.#onRefused = onRefused;
  }

  /** Lets the connection in, or says why not. */
  admit(socket: Socket): Refusal | undefined {
    const { connections, connectionsPerAddress } = this.#limits;
    const address = canonicalAddress(socket.remoteAddress);
    if (address === undefined || !this.#allowed(address)) {
      const detail = `${address ?? 'a caller that has gone'} is not in the allow-list`;
      return { reason: 'HOST_REFUSED', detail };
    }
    if (this.#guests.of(address) >= connectionsPerAddress) {
      const detail = `over ${connectionsPerAddress} connections from ${address}`;
      if (!this.#makeRoom(this.#guests.victimOf(address), detail)) return { reason: 'RATE_EXCEEDED', detail };
    } else if (this.#guests.size >= connections) {
      const detail = `over ${connections} connections, from ${address}`;
      if (!this.#makeRoom(this.#guests.victimFor(address), detail))
        return { reason: 'RATE_EXCEEDED', detail };
    }
    this.#guests.add(socket, address);
    return undefined;
  }

  /** The caller's address; undefined for a connection that was sent away, or has gone. */
  addressOf(socket: Socket): string | undefined {
    return this.#sentAway.has(socket) ? undefined : this.#guests.find(socket)?.address;
  }

  /** A call is being made: until it has ended the connection keeps its place; one that succeeded keeps it from then on. */
  calling(socket: Socket): { end(succeeded: boolean): void } {
    const guest = this.#guests.find(socket);
    if (guest) guest.calls++;
    return {
      end: succeeded => {
        if (!guest) return;
        guest.calls--;
        if (succeeded) this.#guests.prove(guest);
      },
    };
  }

  /** Whether a call of this connection succeeded. */
  isProven(socket: Socket): boolean {
    return this.#guests.find(socket)?.proven ?? false;
  }

  wasSentAway(socket: Socket): boolean {
    return this.#sentAway.has(socket);
  }

  /**
   * Sends a connection away with a last answer. The answer would be lost if we closed while the caller is still
   * sending (the kernel resets such a connection), so what comes is thrown away for a moment.
   */
  sendAway(socket: Socket, answer: string): void {
    if (this.dismiss(socket)) socket.end(answer);
  }

  /**
   * Listens no more to a connection, whose last answer is on its way already, and ends it soon.
   * @returns whether it is still there
   */
  dismiss(socket: Socket): boolean {
    this.#guests.remove(socket);
    this.#sentAway.add(socket);
    if (this.#leaving.has(socket)) return false;
    if (this.#leaving.size >= LINGERING || !socket.writable) {
      socket.destroy();
      return false;
    }
    this.#leaving.add(socket);
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#leaving.delete(socket);
    });
    return true;
  }

  #makeRoom(victim: Guest | undefined, detail: string): boolean {
    if (!victim) return false;
    this.#onRefused({ reason: 'RATE_EXCEEDED', detail });
    this.#guests.remove(victim.socket);
    victim.socket.destroy();
    return true;
  }
}
