import { readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { commandLineOf, isAlive, sendSignal } from '../../supervisor/process-table.ts';
import { natsFiles } from './config.ts';

const STOP_WITHIN_MS = 10_000;

/**
 * Ends a server that is still running on a store directory: its watcher was killed too, or it is a moment from
 * ending. Two servers on one store would destroy it. The pid file alone proves nothing, since pids are
 * reused; the process must also have been started with this directory's configuration file.
 */
export async function stopStaleServer(storeDirectory: string, log: Logger): Promise<void> {
  const files = natsFiles(storeDirectory);
  const pid = Number.parseInt(await readFile(files.pid, 'utf8').catch(() => ''), 10);
  if (!(pid > 1)) return;
  const isOurs = async () => (await commandLineOf(pid))?.includes(files.config) ?? false;
  if (isAlive(pid) && (await isOurs())) {
    log.warn({ pid, storeDirectory }, 'stopping a nats-server left over from before');
    sendSignal(pid, 'SIGTERM');
    const deadline = performance.now() + STOP_WITHIN_MS;
    while ((await isOurs()) && performance.now() < deadline) await delay(20);
    if (await isOurs()) sendSignal(pid, 'SIGKILL');
    while (await isOurs()) await delay(20);
  }
  await rm(files.pid, { force: true });
}
