import type { Socket } from 'node:net';
import { asSpillwayError } from '../../../protocol/errors.ts';
import { AcknowledgementStatus, encodeAcknowledgement } from '../../../protocol/midas/acknowledgement.ts';
import { type BadEvent, EventId, readUnits, type StreamedEvent } from '../../../protocol/midas/midas.ts';
import { takeBetweenRuns } from '../run/between-runs.ts';
import type { Intake } from '../run/intake.ts';
import type { RunTaking, Told } from '../run/run-taking.ts';
import { socketChunks } from './socket-chunks.ts';

/** Acknowledgements that wait because the sender does not read them. */
const MAX_UNREAD_BYTES = 64 * 1024;

export type BeginOfRun = Extract<StreamedEvent, { readonly runNumber: number }>;

/** Runs, which outlive connections. */
export interface SocketRuns {
  /** The run that begins, or that the sender names again on a new connection. */
  begin(event: BeginOfRun, sender: string): Promise<RunTaking | 'conflict'>;
  ended(): void;
}

/**
 * Takes the events of one sender and acknowledges each when it is safe; the first is the begin of a run. Resolves when the
 * connection has ended, from whichever side, and all that came is safe.
 * @throws what keeps events from being kept for good
 */
export async function serveSender(intake: Intake, socket: Socket, runs: SocketRuns): Promise<void> {
  const session = new Session(intake, socket, runs);
  const { signal, config, pipeline } = intake;
  const chunks = socketChunks(socket, {
    signal,
    stallMs: config.source.listen?.stall ?? 0,
    owes: received => session.owes(received),
    stalled: () => session.cutOff('it stopped within an event'),
  });
  try {
    for await (const event of readUnits(chunks, { maxEventBytes: config.maxEvent }))
      if (!(await session.take(event))) break;
  } catch (thrown) {
    const { code, message } = asSpillwayError(thrown);
    // Torn by the end of the connection: the sender has no answer, and tells it again.
    if (code === 'MIDAS_MALFORMED') await session.refuseRubbish(message);
    else if (code !== 'MIDAS_TRUNCATED') throw thrown;
  }
  await pipeline.finished();
  socket.end();
}

type Say = (status: AcknowledgementStatus) => void;

class Session {
  readonly #intake: Intake;
  readonly #socket: Socket;
  readonly #runs: SocketRuns;
  readonly #sender: string;
  #run: RunTaking | undefined;
  /** Bytes of whole events. */
  #taken = 0;
  #number = 0;

  constructor(intake: Intake, socket: Socket, runs: SocketRuns) {
    this.#intake = intake;
    this.#socket = socket;
    this.#runs = runs;
    this.#sender = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
  }

  /** Whether the rest of an event is owed, or the first one. */
  owes(received: number): boolean {
    return this.#taken === 0 || received > this.#taken;
  }

  /** @returns whether anything more is taken */
  async take(event: BadEvent | StreamedEvent): Promise<boolean> {
    this.#taken = event.offset + event.bytes.byteLength;
    const say = this.#answerTo(event);
    const told: Told = fate => say(AcknowledgementStatus[fate]);
    if (event.kind === 'begin-of-run') return this.#begin(event, say, told);
    const run = this.#run;
    if (!run) {
      const taken = this.#number > 1 && (await takeBetweenRuns(this.#intake, event, told));
      return taken || this.#refuse(say, AcknowledgementStatus.noRun, 'no run has begun');
    }
    if (event.kind === 'end-of-run') {
      await run.end('end-of-run', null, event, told);
      this.#run = undefined;
      this.#runs.ended();
    } else if (event.kind === 'message') await run.takeText(event, told);
    else {
      const taken = event.kind === 'bad' ? await run.takeBad(event, told) : await run.takeData(event, told);
      if (!taken) return this.#refuse(say, AcknowledgementStatus.malformed, 'what it sends is no event');
    }
    return true;
  }

  /** Bytes that are not even the header of an event. */
  async refuseRubbish(reason: string): Promise<void> {
    const say = this.#answerTo({ header: { id: EventId.message, serial: 0 } });
    await this.#refuse(say, AcknowledgementStatus.malformed, reason);
  }

  cutOff(reason: string): void {
    this.#intake.context.count('sender_cut_off');
    this.#intake.context.log.warn({ sender: this.#sender, run: this.#run?.run }, `sender cut off: ${reason}`);
    this.#socket.destroySoon();
  }

  async #begin(event: BeginOfRun, say: Say, told: Told): Promise<boolean> {
    const run = await this.#runs.begin(event, this.#sender);
    if (run === 'conflict')
      return this.#refuse(say, AcknowledgementStatus.conflict, `another run ${event.runNumber} is known`);
    this.#run = run;
    await run.takeText(event, told);
    return true;
  }

  /** What came before is answered first; nothing behind is taken. */
  async #refuse(say: Say, status: AcknowledgementStatus, reason: string): Promise<false> {
    await this.#intake.pipeline.finished();
    say(status);
    this.cutOff(reason);
    return false;
  }

  #answerTo({ header }: { readonly header: { readonly id: number; readonly serial: number } }): Say {
    const number = ++this.#number;
    return status => {
      if (!this.#socket.writable) return;
      this.#socket.write(
        encodeAcknowledgement({ eventId: header.id, status, serial: header.serial, number }),
      );
      if (this.#socket.writableLength > MAX_UNREAD_BYTES) this.cutOff('it reads no acknowledgements');
    };
  }
}
