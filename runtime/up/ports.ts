import { once } from 'node:events';
import { createServer } from 'node:net';

/** The preferred port of the loopback interface, or another free one when it is taken or 0. */
export async function freePort(preferred: number): Promise<number> {
  for (const port of preferred === 0 ? [0] : [preferred, 0]) {
    const server = createServer();
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      if (typeof address === 'object' && address) return address.port;
    } catch (thrown) {
      const taken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
      if (!taken) throw thrown;
    } finally {
      server.close();
    }
  }
  throw new Error('no free port on the loopback interface');
}
