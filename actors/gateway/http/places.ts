import type { Socket } from 'node:net';
import { allowList, canonicalAddress } from '../../../runtime/xml-rpc/allow-list.ts';
import { Guests } from '../../../runtime/xml-rpc/guests.ts';
import type { GatewayConfig } from '../config.ts';

/**
 * Who keeps a connection when there are too many: never one that only sits there at the expense of one that has shown who it is.
 * Connections of proxies are not counted by address: many people stand behind each.
 */
export class Places {
  readonly #guests = new Guests();
  readonly #isProxy: (address: string) => boolean;
  readonly #mayCall: (address: string) => boolean;
  readonly #limits: GatewayConfig['limits'];
  readonly #onRefused: () => void;

  constructor(
    { limits, proxies, allow }: Pick<GatewayConfig, 'limits' | 'proxies' | 'allow'>,
    onRefused: () => void,
  ) {
    this.#limits = limits;
    this.#isProxy = allowList(proxies);
    this.#mayCall = allowList(allow);
    this.#onRefused = onRefused;
  }

  /** Gives a new connection a place, or ends it, or another one for it. */
  take(socket: Socket): void {
    const address = canonicalAddress(socket.remoteAddress) ?? 'unknown';
    const { connections, viewers, connectionsPerAddress } = this.#limits;
    const proxied = this.#isProxy(address);
    // Whoever may not call is told so, where there is room to tell it.
    const crowded =
      !proxied && this.#guests.of(address) >= (this.#mayCall(address) ? connectionsPerAddress : 1);
    const full = this.#guests.size >= connections + viewers;
    if (crowded || full) {
      this.#onRefused();
      const victim = crowded ? this.#guests.victimOf(address) : this.#guests.victimFor(address);
      if (!victim) {
        socket.destroy();
        return;
      }
      this.#guests.remove(victim.socket);
      victim.socket.destroy();
    }
    this.#guests.add(socket, address);
  }

  /** Somebody who is known has spoken on this connection. */
  prove(socket: Socket): void {
    const guest = this.#guests.find(socket);
    if (guest && !guest.proven) this.#guests.prove(guest);
  }

  /** A WebSocket keeps its place, which the number of viewers limits. */
  hold(socket: Socket): void {
    const guest = this.#guests.find(socket);
    if (guest) guest.calls++;
  }
}
