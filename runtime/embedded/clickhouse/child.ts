import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ChildOptions, ChildReport } from './contract.ts';
import { type Engine, EnginePackageError, openEngine } from './engine.ts';
import { createHttpInterface } from './http-interface.ts';

/**
 * Main of the process that holds the engine. It is a process of its own because the engine allows one data directory
 * per process, crashes Node's worker threads, and may die without taking anybody along.
 *
 * It serves until SIGTERM, or until its parent is gone, which closes the channel between them.
 */

/** For statements under way at the end; a killed engine loses nothing it has acknowledged. */
const FINISH_WITHIN_MS = 8_000;
/** The same when the parent is gone: whoever starts it again waits for the directory. */
const FINISH_ORPHAN_WITHIN_MS = 1_000;

const report = (message: ChildReport): void => void process.send?.(message);

const shutdown = Promise.withResolvers<number>();
process.on('SIGTERM', () => shutdown.resolve(FINISH_WITHIN_MS));
process.on('disconnect', () => shutdown.resolve(FINISH_ORPHAN_WITHIN_MS));
process.once('message', options => {
  void main(options as ChildOptions);
});

async function main(options: ChildOptions): Promise<void> {
  const { directory, host, port, memoryBytes, sessions, users } = options;
  const spool = join(directory, 'spool');
  let engine: Engine;
  try {
    engine = await openEngine({ directory, memoryBytes, sessions, onFailedWrite: die });
  } catch (error) {
    return fail(error instanceof EnginePackageError ? 'package' : 'open', error);
  }
  // Only now is the directory ours: what lies here is of a predecessor that was killed.
  await rm(spool, { recursive: true, force: true });
  await mkdir(spool);
  const server = createHttpInterface(engine, spool, users);
  const answering = new Set<ServerResponse>();
  server.on('request', (_, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  try {
    await listen(server, host, port);
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    return fail('listen', error);
  }
  report({ kind: 'ready', port: (server.address() as AddressInfo).port, version: engine.version });

  const finishWithinMs = await shutdown.promise;
  // Ending with statements still running in the engine can crash it; killing it is safe.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), finishWithinMs).unref();
  await close(server, answering);
  await engine[Symbol.asyncDispose]();
  process.exit(0);
}

/** At once, before more is built upon it. The next start finds what was not written, and goes back to what it was made from. */
function die(): void {
  writeSync(2, 'A write to the disk of the store failed, which may be full: the engine ends here\n');
  process.kill(process.pid, 'SIGKILL');
}

function fail(code: (ChildReport & { kind: 'failed' })['code'], error: unknown): void {
  report({ kind: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.disconnect?.();
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

/** Answers what was asked and takes nothing more. */
async function close(server: Server, answering: ReadonlySet<ServerResponse>): Promise<void> {
  const closed = new Promise(resolve => server.close(resolve));
  for (const response of answering) await once(response, 'close');
  // Among them connections that never asked anything, which Node does not count as idle.
  server.closeAllConnections();
  await closed;
}
