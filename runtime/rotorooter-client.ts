import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { DuplexOptions } from 'node:stream';
import { asSpillwayError, SpillwayError } from '../protocol/errors.ts';
import {
  encodeCommand,
  encodeRecordParts,
  errorOfReply,
  PROTOCOL_VERSION,
  type Reply,
  readReplies,
} from '../protocol/rotorooter/rotorooter.ts';
import { drained } from './drained.ts';

export interface RotorooterAddress {
  readonly host: string;
  readonly port: number;
  /** Whose sequence numbers these are: `SPILL@<stream created, ms>`. */
  readonly source: string;
  /** Name of the record stream, kept in the manifest. Default `BeamMon`. */
  readonly stream?: string;
  /** Aborting breaks the link at once. */
  readonly signal?: AbortSignal;
  /** Longest silence while an answer is owed, in milliseconds; also for connecting. A full disk looks like that. */
  readonly timeoutMs: number;
}

/** Bytes that are given to the kernel in one call: many records, so that each costs little. */
const AT_ONCE_BYTES = 1024 * 1024;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: SpillwayError) => void;
}

/**
 * One open connection to a rotorooter daemon. It does not reconnect: after an error, connect again and go on after
 * the new link's `lastOnDisk`. Every method rejects with SpillwayError: ROTOROOTER_AWAY when the connection
 * is lost or silent, the daemon's own code (e.g. BLOCK_CHECKSUM) when it cut the connection with a reason.
 */
export class RotorooterLink implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #timeoutMs: number;
  readonly #waiting: Waiting[] = [];
  #lastOnDisk = 0;
  #broken: SpillwayError | undefined;

  private constructor(socket: Socket, { host, port, timeoutMs, signal }: RotorooterAddress) {
    this.#socket = socket;
    this.#where = `rotorooter at ${host}:${port}`;
    this.#timeoutMs = timeoutMs;
    const abort = (): void => this.#break(this.#away('given up', signal?.reason));
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    socket.once('close', () => {
      signal?.removeEventListener('abort', abort);
      this.#break(this.#away('closed the connection'));
    });
    socket.on('error', cause => this.#break(this.#away(cause.message, cause)));
    socket.on('timeout', () => this.#break(this.#away(`silent for ${timeoutMs} ms`)));
    void this.#read();
  }

  /** Connects and opens the source. */
  static async connect(address: RotorooterAddress): Promise<RotorooterLink> {
    const { host, port } = address;
    const options: TcpNetConnectOpts & DuplexOptions = {
      host,
      port,
      noDelay: true,
      writableHighWaterMark: AT_ONCE_BYTES,
    };
    const socket = connect(options);
    const link = new RotorooterLink(socket, address);
    const { source, stream = 'BeamMon' } = address;
    try {
      await link.#ask(encodeCommand({ kind: 'open', version: PROTOCOL_VERSION, source, stream }));
    } catch (thrown) {
      socket.destroy();
      throw thrown;
    }
    return link;
  }

  /** Last sequence of this source known to be safely on disk; 0 when there is none. */
  get lastOnDisk(): number {
    return this.#lastOnDisk;
  }

  /** Why the link can no longer be used, if so. */
  get broken(): SpillwayError | undefined {
    return this.#broken;
  }

  /**
   * Sends records, all in flight at once as far as the socket takes them. Sequences ascend; those already on disk are
   * not written again. Resolves with the last sequence on disk when every one of them is there.
   */
  async send(records: readonly { readonly sequence: number; readonly bytes: Uint8Array }[]): Promise<number> {
    const answers: Promise<Reply>[] = [];
    // What the socket takes at a time goes to the kernel in one call.
    this.#socket.cork();
    for (const { sequence, bytes } of records) {
      answers.push(this.#ask(...encodeRecordParts(sequence, bytes)));
      if (!this.#socket.writableNeedDrain) continue;
      this.#socket.uncork();
      await drained(this.#socket);
      this.#socket.cork();
    }
    this.#socket.uncork();
    await Promise.all(answers);
    return this.#lastOnDisk;
  }

  /** Has the daemon finish its current file; resolves with that file's name, empty when none was open. */
  async roll(): Promise<string> {
    return (await this.#ask(encodeCommand({ kind: 'roll' }))).text;
  }

  /** Says goodbye where the link still works, and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#broken) await this.#ask(encodeCommand({ kind: 'close' })).catch(() => undefined);
    this.#socket.destroy();
  }

  #ask(...command: readonly Uint8Array[]): Promise<Reply> {
    if (this.#broken) return Promise.reject(this.#broken);
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    // `send` may still be writing when an earlier answer fails: the failure is not unhandled, it is awaited later.
    promise.catch(() => undefined);
    this.#waiting.push({ resolve, reject });
    // The clock runs only while an answer is owed: an idle link is not a silent one.
    this.#socket.setTimeout(this.#timeoutMs);
    for (const part of command) this.#socket.write(part);
    return promise;
  }

  async #read(): Promise<void> {
    try {
      for await (const reply of readReplies(this.#socket)) {
        this.#lastOnDisk = reply.lastOnDisk;
        const error = errorOfReply(reply);
        if (error) return this.#break(error);
        this.#waiting.shift()?.resolve(reply);
        if (this.#waiting.length === 0) this.#socket.setTimeout(0);
      }
      this.#break(this.#away('closed the connection'));
    } catch (thrown) {
      const error = asSpillwayError(thrown);
      this.#break(error.code === 'FRAME_MALFORMED' ? error : this.#away(error.message, thrown));
    }
  }

  #break(error: SpillwayError): void {
    this.#broken ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#broken);
    this.#socket.destroy();
  }

  #away(what: string, cause?: unknown): SpillwayError {
    return new SpillwayError('ROTOROOTER_AWAY', `${this.#where}: ${what}`, { cause });
  }
}
