import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { SpillwayError } from '../../protocol/errors.ts';
import { listening } from '../listen.ts';
import { lockDirectory } from '../lock.ts';

/** The preferred port of the loopback interface, or another free one when it is taken or 0. */
export async function freePort(preferred: number): Promise<number> {
  for (const port of preferred === 0 ? [0] : [preferred, 0]) {
    const server = createServer();
    try {
      return await listening(server, port, '127.0.0.1');
    } catch (thrown) {
      const taken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
      if (!taken) throw thrown;
    } finally {
      server.close();
    }
  }
  throw new Error('no free port on the loopback interface');
}

/** Where the ports are locked that a `spillway up` of this user has chosen. */
const LOCKS = join(tmpdir(), `spillway-ports-${userInfo().uid}`);

/**
 * A free port that no other `spillway up` of this user chooses meanwhile: between the choice and the moment the service
 * listens a second one would find it free too, and one system's feed would write into the other's files.
 *
 * @param owned holds the choice until it is disposed of
 */
export async function reservePort(preferred: number, owned: AsyncDisposableStack): Promise<number> {
  await mkdir(LOCKS, { recursive: true });
  for (let wanted = preferred; ; wanted = 0) {
    const port = await freePort(wanted);
    try {
      owned.use(await lockDirectory(LOCKS, { clock: Date.now, name: String(port) }));
      return port;
    } catch (thrown) {
      const taken = thrown instanceof SpillwayError && thrown.code === 'DATA_DIRECTORY_BUSY';
      if (!taken) throw thrown;
    }
  }
}
