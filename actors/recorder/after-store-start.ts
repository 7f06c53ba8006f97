import type { Logger } from 'pino';
import { asSpillwayError } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { pause } from '../../runtime/host/back-off.ts';
import { rowsOf as query, type Store } from '../../runtime/store/connection.ts';

const ASK_EVERY_MS: Milliseconds = 5_000;

/** Two answers about the same start may differ by so many seconds. */
const SAME_START_S = 3;

/** Does something once for each start of the store, again where it failed, until the signal aborts. */
export async function afterEachStart(
  store: Store,
  act: (signal: AbortSignal) => Promise<void>,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let doneFor = Number.NEGATIVE_INFINITY;
  let told: string | undefined;
  for (; !signal.aborted; await pause(ASK_EVERY_MS, signal)) {
    try {
      const at = await startedAt(store);
      if (Math.abs(at - doneFor) > SAME_START_S) {
        await act(signal);
        doneFor = at;
        told = undefined;
      }
    } catch (thrown) {
      const error = asSpillwayError(thrown);
      // As long as the store is away it would be the same every time.
      if (signal.aborted || error.code === told) continue;
      told = error.code;
      log.warn({ code: error.code }, `will look again for what the store has lost: ${error.message}`);
    }
  }
}

/** In seconds since 1970, give or take two. */
async function startedAt(store: Store): Promise<number> {
  const [row] = await query<{ at: number }>(
    store,
    'SELECT toUnixTimestamp(now()) - uptime() AS at',
    'ask since when the store is up',
  );
  return row?.at ?? 0;
}
