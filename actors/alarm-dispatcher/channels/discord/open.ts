import type { ChannelServices } from '../channel.ts';
import type { ConfigOf } from '../config.ts';
import type { Sender } from '../guarded-channel.ts';
import { DiscordSender } from './sender.ts';
import { webhookDesk } from './webhook.ts';

/** By webhook or by bot, whichever is configured. */
export function discordSender(
  name: string,
  { webhook, bot, threads, username, timeout, mention, link }: ConfigOf<'discord'>,
  services: ChannelServices,
): Sender {
  const desk =
    webhook === undefined ? undefined : webhookDesk({ url: webhook, username, threads, timeoutMs: timeout });
  if (!desk) throw new Error(`${name}${bot}${services}`);
  return new DiscordSender(desk, { mention, link });
}
