import { alertmanagerSender } from './alertmanager/sender.ts';
import type { Channel, ChannelServices } from './channel.ts';
import type { ChannelConfig } from './config.ts';
import { discordSender } from './discord/open.ts';
import { emailSender } from './email/sender.ts';
import { Gate } from './gate.ts';
import { GuardedChannel, type Sender } from './guarded-channel.ts';
import { slackSender } from './slack.ts';
import { webhookSender } from './webhook.ts';

/** Opens a channel. Does not wait for the other side: whether it is there shows with the first message. */
export function openChannel(name: string, config: ChannelConfig, services: ChannelServices): Channel {
  const { perMinute, timeout } = config;
  const gate = new Gate({ perMinute, clock: services.clock, patienceMs: timeout });
  return new GuardedChannel(name, senderOf(name, config, services), gate, services.signal);
}

function senderOf(name: string, config: ChannelConfig, services: ChannelServices): Sender {
  switch (config.kind) {
    case 'discord':
      return discordSender(name, config, services);
    case 'webhook':
      return webhookSender(config, services);
    case 'alertmanager':
      return alertmanagerSender(config);
    case 'slack':
      return slackSender(config);
    case 'email':
      return emailSender(config, services);
    default:
      return config satisfies never;
  }
}
