import { SpillwayError } from '../../protocol/errors.ts';
import { decodeRecordHead } from '../../protocol/raw-block/raw-block.ts';
import { CloseReason } from '../../protocol/rotorooter/manifest.ts';
import {
  type Command,
  type FrameLimits,
  PROTOCOL_VERSION,
  type Reply,
  readCommands,
  type Status,
  statusOfError,
} from '../../protocol/rotorooter/rotorooter.ts';
import type { Source } from './sources.ts';
import type { Writer } from './writer.ts';

/** Commands of one client that may wait for their answer; beyond it nothing more is read from that client. */
const MAX_IN_FLIGHT = 10_000;

/** Why a client is cut off: its last reply. */
export class Cut extends Error {
  override readonly name = 'Cut';
  readonly status: Status;

  constructor(status: Status, message: string) {
    super(message);
    this.status = status;
  }
}

export interface SessionOptions {
  readonly writer: Writer;
  readonly limits: FrameLimits;
  /** Sends replies together; resolves when there is room for the next, and never rejects. */
  readonly reply: (replies: readonly Reply[]) => Promise<void>;
  /** Told when the client has named its source. */
  readonly onOpen: (source: string) => void;
}

/**
 * Serves one client, or one recorded stream, to its end.
 *
 * Commands are carried out in order and answered in order, each when it is done. What came before a bad
 * command is still done and answered; then comes the reason, as the last reply.
 * @returns why the client was cut off, if it was.
 * @throws what reading the input throws: a connection that broke, with no one left to tell.
 */
export async function serveSession(
  input: AsyncIterable<Uint8Array>,
  options: SessionOptions,
): Promise<Cut | undefined> {
  const session = new Session(options);
  try {
    for await (const command of readCommands(input, options.limits)) {
      await session.take(command);
      if (command.kind === 'close') break;
    }
  } catch (thrown) {
    const cut = asCut(thrown);
    if (cut) session.answer({ status: cut.status, text: cut.message });
    await session.answered();
    if (cut) return cut;
    throw thrown;
  }
  await session.answered();
  return undefined;
}

function asCut(thrown: unknown): Cut | undefined {
  if (thrown instanceof Cut) return thrown;
  return thrown instanceof SpillwayError ? new Cut(statusOfError(thrown), thrown.message) : undefined;
}

type Ready = Omit<Reply, 'lastOnDisk'>;

/** What a command is owed; nothing as long as it is not done. */
interface Answer {
  reply: Ready | undefined;
}

class Session {
  readonly #options: SessionOptions;
  /** In the order of the commands. Of many records a sync makes many answers ready at a time, which leave together. */
  readonly #owed: Answer[] = [];
  #source: Source | undefined;
  #sending: Promise<void> | undefined;
  #answered = Promise.withResolvers<void>();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Settles when everything taken so far is answered. */
  async answered(): Promise<void> {
    while (this.#owed.length > 0 || this.#sending) await this.#answered.promise;
  }

  /**
   * Starts what the command asks for and queues its answer; resolves when the next may be taken.
   * @throws Cut, or SpillwayError BLOCK_MALFORMED or BLOCK_CHECKSUM before anything of a record is written.
   */
  async take(command: Command): Promise<void> {
    const { writer } = this.#options;
    if (command.kind === 'open') return this.#open(command);
    const source = this.#source;
    if (!source) throw new Cut('notOpen', `the first command is ${command.kind}, open expected`);
    switch (command.kind) {
      case 'record': {
        const { time, spillCount, inOut } = decodeRecordHead(command.bytes);
        if (writer.full) await writer.room();
        const done = this.#owe();
        writer.submit(source, command.sequence, { time, spillCount, inOut }, command.bytes, status =>
          done({ status, text: '' }),
        );
        break;
      }
      case 'roll':
        void this.#roll(this.#owe());
        break;
      case 'close':
        this.answer({ status: 'ok', text: '' });
        break;
    }
    if (this.#owed.length > MAX_IN_FLIGHT) await this.answered();
  }

  /** Queues an answer behind those before it. */
  answer(reply: Ready): void {
    this.#owe()(reply);
  }

  #owe(): (reply: Ready) => void {
    const answer: Answer = { reply: undefined };
    this.#owed.push(answer);
    return reply => {
      answer.reply = reply;
      this.#sending ??= this.#send();
    };
  }

  /** Sends what is ready, in order, until nothing more is. */
  async #send(): Promise<void> {
    for (;;) {
      // Whoever makes this answer ready has more of them.
      await Promise.resolve();
      const pending = this.#owed.findIndex(({ reply }) => !reply);
      const ready = this.#owed.splice(0, pending < 0 ? this.#owed.length : pending);
      if (ready.length === 0) break;
      const lastOnDisk = this.#source?.lastOnDisk ?? 0;
      await this.#options.reply(ready.flatMap(({ reply }) => (reply ? { ...reply, lastOnDisk } : [])));
    }
    this.#sending = undefined;
    this.#answered.resolve();
    this.#answered = Promise.withResolvers();
  }

  async #roll(done: (reply: Ready) => void): Promise<void> {
    done({ status: 'ok', text: await this.#options.writer.roll(CloseReason.request) });
  }

  async #open({ version, source, stream }: Command & { kind: 'open' }): Promise<void> {
    if (this.#source) throw new Cut('notOpen', 'a second open on one connection');
    if (version !== PROTOCOL_VERSION) {
      throw new Cut('badVersion', `version ${version}, this daemon speaks ${PROTOCOL_VERSION}`);
    }
    this.#options.onOpen(source);
    this.#source = await this.#options.writer.openSource(source, stream);
    this.answer({ status: 'ok', text: '' });
  }
}
