import { RequestMethod } from '@discordjs/rest';
import { Routes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Notice } from '../../../../protocol/messages/notice.ts';
import { keepSecret } from '../../../../runtime/log.ts';
import { ChannelError } from '../channel-error.ts';
import { literal } from './escape.ts';
import { LIMITS } from './limits.ts';
import type { DiscordMessage } from './message.ts';
import type { Reference } from './reference.ts';
import { DiscordRest } from './rest.ts';
import type { Desk } from './sender.ts';

export interface WebhookDeskOptions {
  readonly url: string;
  readonly username: string;
  /** The webhook is a forum's: every incident is a post of its own. */
  readonly threads: boolean;
  readonly timeoutMs: number;
}

/** What is used of a message that Discord gives back. */
const Message = z.object({ id: z.string(), channel_id: z.string() });

/** @throws ChannelError CHANNEL_AWAY, unclear, when the answer is not Discord's */
export function readMessage(answer: unknown): z.infer<typeof Message> {
  const read = Message.safeParse(answer);
  if (read.success) return read.data;
  throw new ChannelError('CHANNEL_AWAY', 'an answer that is no message of Discord', { unclear: true });
}

/** Posts and edits by a webhook's address alone. It cannot read, so a message that may be there is posted again. */
export function webhookDesk({ url, username, threads, timeoutMs }: WebhookDeskOptions): Desk {
  const { api, id, token } = partsOf(url);
  const rest = new DiscordRest({ api, timeoutMs });
  const call = (
    method: RequestMethod,
    path: `/${string}`,
    query: Record<string, string>,
    body: object,
    signal: AbortSignal,
  ) => rest.call(method, path, { query, body, auth: false }, signal);
  return {
    async post(notice, message, thread, signal) {
      const opens = threads && thread === undefined;
      const query = { wait: 'true', ...(thread === undefined ? {} : { thread_id: thread }) };
      const body = { ...message, username, ...(opens ? { thread_name: threadName(notice) } : {}) };
      const posted = readMessage(
        await call(RequestMethod.Post, Routes.webhook(id, token), query, body, signal),
      );
      const within = opens ? posted.channel_id : thread;
      return { message: posted.id, ...(within === undefined ? {} : { thread: within }) };
    },
    async edit(_notice: Notice, at: Reference, message: DiscordMessage, signal: AbortSignal) {
      const { flags: _, ...body } = message;
      const query: Record<string, string> = at.thread === undefined ? {} : { thread_id: at.thread };
      await call(RequestMethod.Patch, Routes.webhookMessage(id, token, at.message), query, body, signal);
    },
    [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose](),
  };
}

export const threadName = ({ title }: Notice): string => literal(title, LIMITS.threadName) || 'Alarm';

/** `https://discord.com/api[/v10]/webhooks/ID/TOKEN` */
function partsOf(text: string): { readonly api: string; readonly id: string; readonly token: string } {
  const { origin, pathname } = new URL(text);
  const [, base = '', id = '', token = ''] =
    /^(.*?)(?:\/v\d+)?\/webhooks\/(\d+)\/([^/]+)/.exec(pathname) ?? [];
  return { api: origin + base, id, token: keepSecret(token) };
}
