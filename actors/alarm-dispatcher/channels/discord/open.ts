import { SpillwayError } from '../../../../protocol/errors.ts';
import type { ChannelServices } from '../channel.ts';
import type { ConfigOf } from '../config.ts';
import { BotDesk } from './bot.ts';
import { type Desk, DiscordSender } from './sender.ts';
import { webhookDesk } from './webhook.ts';

/** By bot or by webhook, whichever is configured. */
export function discordSender(
  name: string,
  config: ConfigOf<'discord'>,
  services: ChannelServices,
): DiscordSender {
  const { mention, link } = config;
  return new DiscordSender(deskOf(name, config, services), { mention, link });
}

function deskOf(name: string, config: ConfigOf<'discord'>, services: ChannelServices): Desk {
  const { webhook: url, bot, threads, username, timeout: timeoutMs } = config;
  if (bot) return new BotDesk({ name, bot, threads, timeoutMs, services });
  if (url === undefined)
    throw new SpillwayError('CONFIG_INVALID', `channel ${name}: give either webhook or bot`);
  return webhookDesk({ url, username, threads, timeoutMs });
}
