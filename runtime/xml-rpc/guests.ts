import type { Socket } from 'node:net';

/** A connection that was let in. */
export interface Guest {
  readonly socket: Socket;
  readonly address: string;
  /** A call of this connection succeeded. */
  proven: boolean;
  /** Calls of it that are being made. */
  calls: number;
  /** Nothing that it may have sent could be read yet. */
  fresh: boolean;
  /** When its last good call ended, as a count of good calls. */
  usedAt: number;
}

/** Addresses remembered as those of real callers. */
const REMEMBERED = 64;

/**
 * The connections inside, oldest first, and who has to leave when there is no room: a connection that has not shown yet
 * what it is here for never keeps out one that may.
 */
export class Guests {
  readonly #inside = new Map<string, Guest>();
  readonly #perAddress = new Map<string, number>();
  readonly #known = new Set<string>();
  #calls = 0;

  get size(): number {
    return this.#inside.size;
  }

  of(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }

  find(socket: Socket): Guest | undefined {
    return this.#inside.get(keyOf(socket));
  }

  add(socket: Socket, address: string): void {
    const key = keyOf(socket);
    const guest = { socket, address, proven: false, calls: 0, fresh: true, usedAt: 0 };
    this.#inside.set(key, guest);
    // Many are accepted before one is read: in a crowd each would be sent away unheard.
    setImmediate(() => setImmediate(() => (guest.fresh = false)));
    this.#perAddress.set(address, this.of(address) + 1);
    // A later connection may come from the same port.
    socket.once('close', () => this.#inside.get(key)?.socket === socket && this.#remove(key));
  }

  remove(socket: Socket): void {
    this.#remove(keyOf(socket));
  }

  prove(guest: Guest): void {
    guest.proven = true;
    guest.usedAt = ++this.#calls;
    this.#known.delete(guest.address);
    this.#known.add(guest.address);
    const [oldest] = this.#known;
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
  }

  /**
   * The connection of this address that has to make room for another one of it. A caller may keep more connections open
   * than he uses: where all have made calls, it is the one that was used longest ago.
   */
  victimOf(address: string): Guest | undefined {
    const own = this.#inside
      .values()
      .filter(guest => guest.address === address)
      .toArray();
    if (own.some(({ proven }) => !proven)) return own.find(guest => mayGo(guest) && !guest.fresh);
    return own.filter(({ calls }) => calls === 0).toSorted((a, b) => a.usedAt - b.usedAt)[0];
  }

  /**
   * The connection that has to make room for one of `address`: where that is the address of a real caller, one of any
   * that is not; else of an address that takes more room.
   */
  victimFor(address: string): Guest | undefined {
    if (this.#known.has(address)) {
      const stranger = this.#oldest(guest => !this.#known.has(guest.address));
      if (stranger) return stranger;
    }
    const most = Math.max(
      0,
      ...this.#inside
        .values()
        .filter(mayGo)
        .map(({ address }) => this.of(address)),
    );
    if (most <= this.of(address) + 1) return undefined;
    return this.#oldest(guest => this.of(guest.address) === most && !guest.fresh);
  }

  #oldest(which: (guest: Guest) => boolean): Guest | undefined {
    return this.#inside.values().find(guest => mayGo(guest) && which(guest));
  }

  #remove(key: string): void {
    const guest = this.#inside.get(key);
    if (guest === undefined) return;
    this.#inside.delete(key);
    const left = this.of(guest.address) - 1;
    if (left === 0) this.#perAddress.delete(guest.address);
    else this.#perAddress.set(guest.address, left);
  }
}

const mayGo = ({ proven, calls }: Guest): boolean => !proven && calls === 0;

/** The same for a TCP connection and for the TLS on it. */
const keyOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;
