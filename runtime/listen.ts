import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** Ports that browsers and `fetch` refuse to call, of those that a system may give away (Fetch standard, "port blocking"). */
const BLOCKED: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
]);

/**
 * Listens, and resolves to the port: the given one, or for 0 a free one at which a browser can call.
 * @throws the server's error, e.g. EADDRINUSE
 */
export async function listening(server: Server, port: number, host: string): Promise<number> {
  for (;;) {
    server.listen(port, host);
    await once(server, 'listening');
    const got = (server.address() as AddressInfo).port;
    if (port !== 0 || !BLOCKED.has(got)) return got;
    server.close();
    await once(server, 'close');
  }
}
