import { z } from 'zod';
import { duration } from '../../runtime/config/units.ts';
import { ChannelConfig } from './channels/config.ts';
import { checkRoutes, Repeat, Route, ShortName } from './routes/route.ts';

export const AlarmDispatcherConfig = z
  .strictObject({
    channels: z
      .record(ShortName, ChannelConfig)
      .default({})
      .describe('where alarms are told, by name; without any they are on the shift page alone'),
    routes: z
      .array(Route)
      .default([])
      .describe('tree of routes, first match wins; without any, everything is told to every channel'),
    repeat: Repeat.prefault('4h').describe('how often what nobody acknowledges is told again; or never'),
    groupInterval: duration()
      .prefault('2s')
      .describe('how long further changes of an incident are gathered; its first message leaves at once'),
    updateInterval: duration()
      .prefault('5m')
      .describe('the same for people who cannot be told by an edit (Slack, e-mail)'),
    digestInterval: duration().prefault('30s').describe('the same for the digest of a flood'),
    closeAfter: duration()
      .prefault('5m')
      .describe('an incident in which nothing is active for so long is over; until then it is the same one'),
    failingAfter: duration()
      .prefault('1m')
      .describe('a channel that takes nothing for so long is told of on the others'),
    keepSilences: duration().prefault('7d').describe('how long a silence that has ended stays listed'),
  })
  .superRefine((config, context) => {
    checkRoutes(config.routes, new Set(Object.keys(config.channels)), context);
  });
export type AlarmDispatcherConfig = z.infer<typeof AlarmDispatcherConfig>;
