import { statfsSync } from 'node:fs';
import { mkdir, open as openFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { CloseReason } from '../../protocol/rotorooter/manifest.ts';
import type { Clock } from '../../protocol/time.ts';
import { lockDirectory } from '../../runtime/lock.ts';
import type { RotorooterConfig } from './config.ts';
import type { OpenFile } from './durable.ts';
import { recover } from './recover.ts';
import { RotorooterServer } from './server.ts';
import { type Cut, serveSession } from './session.ts';
import { Sources } from './sources.ts';
import { Writer } from './writer.ts';

export type DaemonOptions = Omit<RotorooterConfig, 'directory'> & {
  readonly directory: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  /** Told how long each sync took, in milliseconds. */
  readonly onSync?: (milliseconds: number) => void;
  /** Told of every client that is refused or cut off. */
  readonly onCut?: (cut: Cut) => void;
  /** Opens files; tests give one that fails. */
  readonly open?: OpenFile;
};

/** How long a stop waits for a disk that refuses to write, in milliseconds. */
const GRACE_MS = 5_000;

/** A directory that is being written: locked, recovered, with the loop that writes. */
interface Store {
  readonly writer: Writer;
  readonly lock: AsyncDisposable;
}

async function openStore(options: DaemonOptions, onSync: (milliseconds: number) => void): Promise<Store> {
  const { directory, log, clock, random, open = openFile } = options;
  await mkdir(directory, { recursive: true });
  const lock = await lockDirectory(directory, { clock, name: 'rotorooter', code: 'DIRECTORY_LOCKED' });
  try {
    const sources = await Sources.load(directory, open);
    const left = await recover(directory, sources, open, log);
    const last = left.pop();
    for (const file of left) await file.finish(CloseReason.recovered, clock(), sources, open);
    const { overwrite, maxPendingBytes, roll: rule } = options;
    const settings = { directory, rule, overwrite, maxPendingBytes, log, clock, random, open, onSync };
    return { writer: new Writer(settings, sources, last), lock };
  } catch (thrown) {
    await lock[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** A running daemon. Disposing of it acknowledges what it has read, closes the file and lets go of the directory. */
export interface Daemon extends AsyncDisposable {
  readonly port: number;
  /** Figures by name, since the start; `stalled` is 1 while the disk refuses to write. */
  health(): Record<string, number>;
}

/**
 * Recovers the directory and listens.
 * @throws SpillwayError DIRECTORY_LOCKED, FILE_STATE_LOST; errors of the file system and of the port as they come.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { directory, log, onCut, onSync } = options;
  let syncMs = 0;
  let rejected = 0;
  const store = await openStore(options, milliseconds => {
    syncMs = milliseconds;
    onSync?.(milliseconds);
  });
  const { writer, lock } = store;
  const { host, port, allow, maxClients, openTimeout: openTimeoutMs, noDelay, maxRecordBytes } = options;
  const limits = { maxBodyBytes: maxRecordBytes };
  const countCut = (cut: Cut): void => {
    rejected++;
    onCut?.(cut);
  };
  const settings = { host, port, allow, maxClients, openTimeoutMs, noDelay, limits, log, onCut: countCut };
  let server: RotorooterServer;
  try {
    server = await RotorooterServer.listen(writer, settings);
  } catch (thrown) {
    await writer.end(GRACE_MS);
    await lock[Symbol.asyncDispose]();
    throw thrown;
  }
  log.info({ directory, host, port: server.port }, 'rotorooter listens');
  return {
    port: server.port,
    health() {
      return {
        ...writer.figures,
        clients: server.clients,
        syncMs,
        rejected,
        freeBytes: freeBytesOf(directory),
      };
    },
    async [Symbol.asyncDispose]() {
      server.stopReading();
      await writer.end(GRACE_MS);
      await server.end();
      await lock[Symbol.asyncDispose]();
    },
  };
}

/** 0 for a directory that is not there, e.g. on a disk that was taken out: nothing can be written, and that is told. */
function freeBytesOf(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/**
 * Writes a recorded client stream instead of listening, and ends with it.
 * @returns why the stream was cut off; undefined when all of it was taken.
 */
export async function replayStream(
  input: AsyncIterable<Uint8Array>,
  options: DaemonOptions,
): Promise<Cut | undefined> {
  const { writer, lock } = await openStore(options, milliseconds => options.onSync?.(milliseconds));
  await using _held = lock;
  try {
    return await serveSession(input, {
      writer,
      limits: { maxBodyBytes: options.maxRecordBytes },
      reply: () => Promise.resolve(),
      onOpen: source => options.log.info({ source }, 'stream opens'),
    });
  } finally {
    await writer.end(GRACE_MS);
  }
}
