import { RequestMethod } from '@discordjs/rest';
import { Routes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Notice } from '../../../../protocol/messages/notice.ts';
import type { Milliseconds } from '../../../../protocol/time.ts';
import type { ChannelServices } from '../channel.ts';
import type { ConfigOf } from '../config.ts';
import { buttonsOf, ownerOf, type Row, withPressed } from './buttons.ts';
import { Clerk } from './clerk.ts';
import { ButtonGateway } from './gateway.ts';
import type { Interaction } from './interaction.ts';
import { type DiscordMessage, markOf, nonceOf, plainMarkOf } from './message.ts';
import type { Reference } from './reference.ts';
import { DiscordRest } from './rest.ts';
import type { Desk } from './sender.ts';
import { readMessage, threadName } from './webhook.ts';

type BotConfig = NonNullable<ConfigOf<'discord'>['bot']>;

export interface BotDeskOptions {
  readonly name: string;
  readonly bot: BotConfig;
  readonly threads: boolean;
  readonly timeoutMs: Milliseconds;
  readonly services: ChannelServices;
}

/** How far back a message is looked for that may have been sent before a crash. */
const LOOK_BACK = '50';
/** A day without a message puts a thread out of sight. */
const ARCHIVE_MINUTES = 1440;
/** Messages whose last edit is remembered. */
const REMEMBERED = 200;

const Found = z.array(
  z.object({
    id: z.string(),
    content: z.string().default(''),
    embeds: z.array(z.object({ footer: z.object({ text: z.string() }).optional() })).default([]),
  }),
);

/** Posts by a bot: with buttons, with threads, and able to see what is there already. */
export class BotDesk implements Desk {
  readonly #options: BotDeskOptions;
  readonly #rest: DiscordRest;
  readonly #owner: string;
  readonly #gateway: ButtonGateway | undefined;
  /** When we last edited a message: an older view of it must not come back. */
  readonly #edited = new Map<string, Milliseconds>();

  constructor(options: BotDeskOptions) {
    const { name, bot, services, timeoutMs } = options;
    this.#options = options;
    this.#rest = new DiscordRest({ api: bot.api, token: bot.token, timeoutMs });
    this.#owner = ownerOf(services.experiment, name);
    const clerk = new Clerk({
      owner: this.#owner,
      commanders: bot.commanders,
      rest: this.#rest,
      services,
      acted: (interaction, words, since) => this.#showPressed(interaction, words, since),
    });
    this.#gateway = this.#hasButtons
      ? new ButtonGateway({ token: bot.token, rest: this.#rest, services, serve: data => clerk.serve(data) })
      : undefined;
  }

  /** A button that nobody may press is none. */
  get #hasButtons(): boolean {
    const { roles, users } = this.#options.bot.commanders;
    return roles.length + users.length > 0;
  }

  async post(notice: Notice, message: DiscordMessage, thread: string | undefined, signal: AbortSignal) {
    const channel = thread ?? this.#options.bot.channel;
    const nonce = nonceOf(this.#options.services.experiment, notice);
    const body = { ...message, components: this.#rows(notice), nonce, enforce_nonce: true };
    const { id } = readMessage(
      await this.#call(RequestMethod.Post, Routes.channelMessages(channel), { body }, signal),
    );
    return { message: id, ...(thread === undefined ? {} : { thread }) };
  }

  async edit(
    notice: Notice,
    { thread, message: id }: Reference,
    message: DiscordMessage,
    signal: AbortSignal,
  ) {
    this.#remember(id);
    const { flags: _, ...rest } = message;
    const route = Routes.channelMessage(thread ?? this.#options.bot.channel, id);
    await this.#call(
      RequestMethod.Patch,
      route,
      { body: { ...rest, components: this.#rows(notice) } },
      signal,
    );
  }

  async find(
    notice: Notice,
    thread: string | undefined,
    signal: AbortSignal,
  ): Promise<Reference | undefined> {
    const channel = thread ?? this.#options.bot.channel;
    const query = { limit: LOOK_BACK };
    const messages = Found.parse(
      await this.#call(RequestMethod.Get, Routes.channelMessages(channel), { query }, signal),
    );
    const mark = ` · ${markOf(notice)}`;
    const plainMark = plainMarkOf(notice);
    const found = messages.find(
      ({ content, embeds }) =>
        content.endsWith(plainMark) || embeds.some(({ footer }) => footer?.text.endsWith(mark)),
    );
    return found && { message: found.id, ...(thread === undefined ? {} : { thread }) };
  }

  async openThread(notice: Notice, at: Reference, signal: AbortSignal): Promise<string | undefined> {
    if (!this.#options.threads || at.thread !== undefined) return undefined;
    const body = { name: threadName(notice), auto_archive_duration: ARCHIVE_MINUTES };
    try {
      await this.#call(
        RequestMethod.Post,
        Routes.threads(this.#options.bot.channel, at.message),
        { body },
        signal,
      );
    } catch (error) {
      // 160004: an earlier life has made it.
      if (!(error instanceof Error && 'reason' in error && error.reason === 160_004)) {
        this.#options.services.log.warn({ err: error }, 'no thread for an incident');
        return undefined;
      }
    }
    // A thread made from a message has the message's id.
    return at.message;
  }

  #rows(notice: Notice): Row[] {
    return this.#hasButtons ? buttonsOf(this.#owner, notice) : [];
  }

  async #showPressed({ message }: Interaction, words: string, since: Milliseconds): Promise<void> {
    // The notice that tells of it has been quicker.
    if ((this.#edited.get(message.id) ?? 0) >= since) return;
    const route = Routes.channelMessage(message.channel_id, message.id);
    const body = { components: withPressed(message.components, words) };
    await this.#call(RequestMethod.Patch, route, { body }, this.#options.services.signal);
  }

  #remember(message: string): void {
    this.#edited.delete(message);
    this.#edited.set(message, this.#options.services.clock());
    const [oldest] = this.#edited.keys();
    if (this.#edited.size > REMEMBERED && oldest !== undefined) this.#edited.delete(oldest);
  }

  #call(
    method: RequestMethod,
    route: `/${string}`,
    call: { body?: unknown; query?: Record<string, string> },
    signal: AbortSignal,
  ) {
    return this.#rest.call(method, route, call, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway?.[Symbol.asyncDispose]();
    await this.#rest[Symbol.asyncDispose]();
  }
}
