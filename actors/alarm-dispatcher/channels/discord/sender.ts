import type { Notice } from '../../../../protocol/messages/notice.ts';
import type { Sent } from '../channel.ts';
import type { Sender } from '../guarded-channel.ts';
import { type DiscordMessage, type MessageOptions, messageOf, plainestOf } from './message.ts';
import { formatReference, parseReference, type Reference } from './reference.ts';
import { DiscordRefusal } from './rest.ts';

/** What webhook and bot do each in their own way. */
export interface Desk extends AsyncDisposable {
  /** @param thread where it goes; a new incident's own, or none, when left out */
  post(
    notice: Notice,
    message: DiscordMessage,
    thread: string | undefined,
    signal: AbortSignal,
  ): Promise<Reference>;
  edit(notice: Notice, at: Reference, message: DiscordMessage, signal: AbortSignal): Promise<void>;
  /** Looks whether a notice is there, for those who can read what they wrote. */
  find?(notice: Notice, thread: string | undefined, signal: AbortSignal): Promise<Reference | undefined>;
  /** Opens a thread for a new message, where that is wished. @returns its name */
  openThread?(notice: Notice, at: Reference, signal: AbortSignal): Promise<string | undefined>;
}

/** Unknown message, unknown channel (a thread that was deleted), a thread that was archived. */
const GONE: readonly number[] = [10_008, 10_003, 50_083];

/** Keeps one message per incident up to date: edits where there is one, else posts. */
export class DiscordSender implements Sender {
  readonly #desk: Desk;
  readonly #options: MessageOptions;

  constructor(desk: Desk, options: MessageOptions) {
    this.#desk = desk;
    this.#options = options;
  }

  async deliver(notice: Notice, repeated: boolean, signal: AbortSignal): Promise<Sent> {
    const old = notice.edits === undefined ? undefined : parseReference(notice.edits);
    if (old !== undefined && (await this.#edit(notice, old, signal)))
      return sentAs(old, notice, 'edited', false);
    if (repeated && this.#desk.find) {
      const found = await this.#find(notice, signal);
      if (found !== undefined)
        return this.#opened(found, notice, 'found: an earlier try had arrived', false, signal);
    }
    const doubtful = repeated && this.#desk.find === undefined;
    const at = await this.#post(notice, messageOf(notice, this.#options, doubtful), signal);
    return this.#opened(at, notice, 'posted', doubtful, signal);
  }

  async #opened(
    at: Reference,
    notice: Notice,
    detail: string,
    doubtful: boolean,
    signal: AbortSignal,
  ): Promise<Sent> {
    const thread = await this.#desk.openThread?.(notice, at, signal);
    return { ...sentAs(at, notice, detail, doubtful), ...(thread === undefined ? {} : { thread }) };
  }

  async #find(notice: Notice, signal: AbortSignal): Promise<Reference | undefined> {
    try {
      return await this.#desk.find?.(notice, notice.thread, signal);
    } catch (error) {
      // What was in a thread that is gone is gone too.
      if (notice.thread !== undefined && isGone(error)) return undefined;
      throw error;
    }
  }

  /** @returns false when there is nothing left to edit */
  async #edit(notice: Notice, at: Reference, signal: AbortSignal): Promise<boolean> {
    const message = messageOf(notice, this.#options, false);
    try {
      await this.#inPlainerForm(notice, message, each => this.#desk.edit(notice, at, each, signal));
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async #post(notice: Notice, message: DiscordMessage, signal: AbortSignal): Promise<Reference> {
    const post = (thread: string | undefined) =>
      this.#inPlainerForm(notice, message, each => this.#desk.post(notice, each, thread, signal));
    try {
      return await post(notice.thread);
    } catch (error) {
      // Better in the channel itself than nowhere.
      if (notice.thread !== undefined && isGone(error)) return await post(undefined);
      throw error;
    }
  }

  /** An alarm must not be lost because Discord does not like how it is laid out. */
  async #inPlainerForm<T>(
    notice: Notice,
    message: DiscordMessage,
    act: (message: DiscordMessage) => Promise<T>,
  ) {
    try {
      return await act(message);
    } catch (error) {
      if (error instanceof DiscordRefusal && error.status === 400 && !isGone(error)) {
        return await act(plainestOf(message, notice));
      }
      throw error;
    }
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#desk[Symbol.asyncDispose]();
  }
}

const isGone = (error: unknown): boolean => error instanceof DiscordRefusal && GONE.includes(error.reason);

const sentAs = (at: Reference, notice: Notice, detail: string, doubtful: boolean): Sent => {
  const thread = at.thread ?? notice.thread;
  return { reference: formatReference(at), ...(thread === undefined ? {} : { thread }), doubtful, detail };
};
