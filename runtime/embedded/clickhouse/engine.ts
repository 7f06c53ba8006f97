import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from 'chdb';
import { FailedWrites } from './failed-writes.ts';
import { KEPT_FREE_BYTES } from './room.ts';
import { SessionPool } from './sessions.ts';

/** The engine in this process. */
export interface Engine extends AsyncDisposable {
  readonly version: string;
  readonly timezone: string;
  readonly sessions: SessionPool;
  /** Lower-case names of table functions that reach outside the database; no reader may call them. */
  readonly outsideFunctions: ReadonlySet<string>;
  /** Resolves when everything that statements have written is in its files. @throws EngineError else */
  written(): Promise<void>;
}

export interface EngineOptions {
  readonly directory: string;
  readonly memoryBytes: number;
  readonly sessions: number;
  /** Called when a write of the engine has failed: from then on nothing it does can be relied on, closing it in order neither. */
  readonly onFailedWrite: () => void;
}

/** The package cannot be loaded on this machine. */
export class EnginePackageError extends Error {}

/** A killed predecessor may still be on its way out. */
const LOCK_WAIT_MS = 3_000;

/**
 * The engine's defaults are a server's: 90 % of the memory, 5 GB of mark cache, dozens of background threads. This one
 * shares a machine with everything else.
 */
const engineArguments = (memoryBytes: number): string[] => [
  `--config-file=${join(import.meta.dirname, 'engine.xml')}`,
  `--storage_configuration.disks.default.keep_free_space_bytes=${KEPT_FREE_BYTES}`,
  `--max_server_memory_usage=${memoryBytes}`,
  `--mark_cache_size=${Math.floor(memoryBytes / 16)}`,
  `--index_mark_cache_size=${Math.floor(memoryBytes / 64)}`,
  `--primary_index_cache_size=${Math.floor(memoryBytes / 64)}`,
  `--max_threads=${availableParallelism()}`,
  '--background_pool_size=2',
  '--background_schedule_pool_size=4',
  '--background_common_pool_size=2',
  '--background_move_pool_size=1',
  '--background_fetches_pool_size=1',
];

/**
 * Opens the data directory.
 * @throws EnginePackageError when the package is absent or does not run here; the package's own error otherwise.
 */
export async function openEngine({
  directory,
  memoryBytes,
  sessions,
  onFailedWrite,
}: EngineOptions): Promise<Engine> {
  const { Session, drainPending } = await import('chdb').catch((cause: unknown) => {
    throw new EnginePackageError(cause instanceof Error ? cause.message : String(cause), { cause });
  });
  const path = join(directory, 'engine');
  await mkdir(path, { recursive: true });
  // Stays open for as long as the engine is wanted: the engine ends with its last session.
  const keeper = await openWaiting(
    () => new Session(path, { connectionArgs: engineArguments(memoryBytes) }),
    performance.now() + LOCK_WAIT_MS,
  );
  const pool = new SessionPool(() => new Session(path), sessions);
  const about = await keeper.queryAsync(
    `SELECT version(), timezone(),
       (SELECT groupArray(lower(name)) FROM system.table_functions WHERE NOT allow_readonly)`,
    { format: 'JSONCompactEachRow' },
  );
  const watching = new Session(path);
  const failedWrites = new FailedWrites(watching, onFailedWrite);
  const [version, timezone, outside] = JSON.parse(about.text()) as [string, string, string[]];
  return {
    version,
    timezone,
    sessions: pool,
    // `format(…)` is an ordinary string function too, and harmless as a table function.
    outsideFunctions: new Set(outside.filter(name => name !== 'format')),
    written: () => failedWrites.none(),
    async [Symbol.asyncDispose]() {
      failedWrites[Symbol.dispose]();
      await endMerges(keeper);
      await failedWrites.none();
      watching.close();
      pool.close();
      // A session closed under a running statement takes the whole process down.
      await drainPending();
      keeper.close();
      await drainPending();
    },
  };
}

/** The end of the engine takes the parts away that others were merged from: none may be on its way then, its writes still to fail. */
async function endMerges(session: Session): Promise<void> {
  await session.queryAsync('SYSTEM STOP MERGES');
  const count = 'SELECT count() FROM system.merges';
  while ((await session.queryAsync(count, { format: 'TabSeparated' })).text().trim() !== '0') await delay(20);
}

async function openWaiting(open: () => Session, deadline: number): Promise<Session> {
  for (;;)
    try {
      return open();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(200);
    }
}
