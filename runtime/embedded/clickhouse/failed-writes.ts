import type { Session } from 'chdb';
import { EngineError } from './engine-error.ts';

/** How often is looked for writes that nobody waits for: of merges. */
const LOOK_EVERY_MS = 500;

const COUNT = `SELECT value FROM system.events WHERE event = 'WriteBufferFromFileDescriptorWriteFailed'`;

/**
 * Tells whether a write of the engine has failed, which it keeps to itself: where a server throws, the library goes on as if all were written
 * (chdb 3.4, `WriteBufferFromFileDescriptor.cpp`). On a full disk it so confirms inserts, and replaces good parts by merged ones, whose
 * files are empty; it sees that at its next start, when the good ones are gone. It does count the writes that fail.
 */
export class FailedWrites implements Disposable {
  readonly #session: Session;
  readonly #onFailure: () => void;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** @param onFailure called as soon as it is known, before anybody is answered */
  constructor(session: Session, onFailure: () => void) {
    this.#session = session;
    this.#onFailure = onFailure;
    this.#timer = setInterval(() => void this.none().catch(() => undefined), LOOK_EVERY_MS).unref();
  }

  /** Resolves when nothing that was written before this call has failed. @throws EngineError else */
  none(): Promise<void> {
    // A look that has begun may be over before what the caller asks about; the next one serves all who ask meanwhile.
    this.#next ??= this.#looking
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        this.#looking = this.#look();
        return this.#looking;
      });
    return this.#next;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const counted = await this.#session.queryAsync(COUNT, { format: 'TabSeparated' });
    if (Number(counted.text()) === 0) return;
    this.#onFailure();
    throw new EngineError(
      75,
      'CANNOT_WRITE_TO_FILE_DESCRIPTOR',
      'A write to the disk of the store has failed',
    );
  }
}
