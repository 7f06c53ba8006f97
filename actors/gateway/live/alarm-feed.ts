import type { Logger } from 'pino';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { Position, Snapshot } from '../../../protocol/live.ts';
import type { MessageType } from '../../../protocol/message.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { alarmCommandResult } from '../../../protocol/messages/alarm-command.ts';
import { alarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import { machineMode } from '../../../protocol/messages/machine-mode.ts';
import type { ActorContext, Delivered, StreamId, Stretch } from '../../../runtime/actor.ts';
import { backOffMs, pause } from '../../../runtime/host/back-off.ts';
import { AlarmsView } from '../views/alarms.ts';
import { AlarmLog, type Entry } from './alarm-log.ts';
import { alarmNews, encode, type News } from './news.ts';

/** A page that has missed more than so many messages of ALARM gets a snapshot instead of them. */
export const MOST_MISSED = 5_000;

/** All that ALARM holds: a sequence that is none of these is a gap. */
const TYPES: readonly MessageType<unknown>[] = [
  alarmChange,
  machineMode,
  alarmRulesApplied,
  alarmCommandResult,
];

const RETRY = { firstMs: 100, maxMs: 2_000 };

/** Who is told when there is more, or everything anew. */
export interface FeedListener {
  moved(): void;
  anew(): void;
}

/**
 * ALARM for viewers, without gap or repetition. A watch lane brings it, and a watch begins anew after every reconnection with
 * the last message of every subject: it may then leave out what came between, and tell again what is known. So only the message
 * that follows the head is taken from the lane. One at or before the head is known. Any other shows a gap, and everything
 * after the head is read from the stream by sequence; what the lane brings meanwhile waits for its turn, so that one look at the
 * stream closes a gap, however fast the next messages come.
 */
export class AlarmFeed {
  readonly #context: Pick<ActorContext, 'read' | 'signal' | 'random'>;
  readonly #log: Logger;
  readonly #listener: FeedListener;
  #stream: StreamId | undefined;
  /** Alarms as they are at the head of the log, which is not always what the lane has told last. */
  #book = new AlarmsView();
  #told = new AlarmLog(0, MOST_MISSED);
  #ready = false;
  #seen = 0;
  /** What the lane has brought from beyond a gap. */
  readonly #early = new Map<number, Delivered<unknown>>();
  #filling = false;
  #extending: Promise<void> = Promise.resolve();
  #snapshot: News | undefined;

  constructor(context: Pick<ActorContext, 'read' | 'signal' | 'random' | 'log'>, listener: FeedListener) {
    this.#context = context;
    this.#log = context.log;
    this.#listener = listener;
  }

  /** Whether the book is complete: everything that was there at the start has been seen. */
  get ready(): boolean {
    return this.#ready;
  }

  get head(): number {
    return this.#told.head;
  }

  /** From the watch lane, with all types of ALARM. */
  see(message: Delivered<unknown>): void {
    this.#stream ??= message.stream;
    if (message.stream !== this.#stream) this.#remade(message.stream);
    this.#seen = Math.max(this.#seen, message.sequence);
    if (!this.#ready) {
      this.#book.see(message);
    } else if (message.sequence > this.head) {
      if (this.#early.size < MOST_MISSED) this.#early.set(message.sequence, message);
      this.#goOn();
      void this.#fill();
    }
  }

  /** The lane has shown everything that was there: the last message of every subject makes the book of the last of all. */
  caughtUp(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.#restart(this.#seen);
  }

  /** What follows a position, as `AlarmLog.after`. */
  after(sequence: number): readonly Entry[] | undefined {
    return this.#told.after(sequence);
  }

  /** Everything as it is at the head; made once for everybody. */
  snapshot(): News {
    const { mode } = this.#book;
    this.#snapshot ??= encode({
      type: 'snapshot',
      // Of a stream nothing has come from, nothing can have been missed either.
      position: { stream: this.#stream ?? 'ALARM@0', sequence: this.head },
      alarms: this.#book.list({ all: true }),
      ...(mode ? { mode } : {}),
    } satisfies Snapshot);
    return this.#snapshot;
  }

  /**
   * Reads what is needed so that a page can go on after a position.
   * @returns a look at where it stands, to be taken in the same turn in which the viewer is given its place: the log does not
   *   change between the two, so nothing falls between what is read and what is told live
   */
  async reach({ stream, sequence }: Position): Promise<() => number | undefined> {
    const isNear = () =>
      stream === this.#stream && sequence <= this.head && this.head - sequence <= MOST_MISSED;
    if (isNear() && sequence < this.#told.from) {
      // One after the other: what one page needs, the next one finds.
      this.#extending = this.#extending.then(() => this.#extend(sequence));
      await this.#extending;
    }
    return () => (isNear() && this.after(sequence) ? sequence : undefined);
  }

  /** A stream made anew is short: it is read from its begin, whatever the lane has shown of it. */
  #remade(stream: StreamId): void {
    this.#stream = stream;
    this.#book = new AlarmsView();
    this.#told = new AlarmLog(0, MOST_MISSED);
    this.#seen = 0;
    this.#early.clear();
    if (this.#ready) this.#restart(0);
  }

  #restart(head: number): void {
    this.#told.cut(head);
    this.#snapshot = undefined;
    this.#listener.anew();
  }

  #take(message: Delivered<unknown>): void {
    this.#book.see(message);
    this.#snapshot = undefined;
    this.#told.append(message.sequence, alarmNews(message));
  }

  /** Takes what follows the head, as far as it has come. */
  #goOn(): void {
    const before = this.head;
    for (let next = this.#early.get(before + 1); next; next = this.#early.get(this.head + 1)) {
      this.#early.delete(next.sequence);
      this.#take(next);
    }
    if (this.head > before) this.#listener.moved();
  }

  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    const { signal, random } = this.#context;
    for (let attempt = 1; this.#ready && this.head < this.#seen && !signal.aborted; ) {
      const told = this.#told;
      const after = told.head;
      try {
        const part = await this.#context.read('ALARM', TYPES, { after, limit: 1_000 });
        // Another stream has come in its place: the lane tells of it from its begin.
        if (told !== this.#told || part.stream !== this.#stream) break;
        if (part.through <= after) throw new SpillwayError('NATS_AWAY', 'ALARM is behind what it has told');
        this.#close(part);
        attempt = 1;
      } catch (thrown) {
        this.#log.warn({ err: thrown, after }, 'what ALARM says cannot be read; trying again');
        await pause(backOffMs(RETRY, attempt++, random), signal);
      }
    }
    this.#filling = false;
  }

  /** Takes what was read; some of it the lane may have brought meanwhile. */
  #close({ first, through, messages }: Stretch<unknown>): void {
    const lost = first > this.head + 1;
    for (const message of messages) if (message.sequence > this.head) this.#take(message);
    if (through > this.head) this.#told.append(through, undefined);
    if (lost) this.#restart(this.head);
    else this.#listener.moved();
    for (const sequence of this.#early.keys()) if (sequence <= this.head) this.#early.delete(sequence);
    this.#goOn();
  }

  async #extend(sequence: number): Promise<void> {
    const told = this.#told;
    const { from } = told;
    if (sequence >= from) return;
    try {
      const part = await this.#context.read('ALARM', TYPES, { after: sequence, limit: from - sequence });
      // What was cut meanwhile has another begin.
      if (told !== this.#told || told.from !== from || part.stream !== this.#stream || part.through < from)
        return;
      const entries = part.messages.flatMap(message => {
        const news = alarmNews(message);
        return news ? [{ sequence: message.sequence, news }] : [];
      });
      told.prepend(Math.min(Math.max(sequence, part.first - 1), from), entries);
    } catch (thrown) {
      // The page gets a snapshot, which needs no stream.
      this.#log.warn({ err: thrown, after: sequence }, 'what a page has missed cannot be read');
    }
  }
}
