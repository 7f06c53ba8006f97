import { z } from 'zod';
import { filePath } from '../../../runtime/config/file-path.ts';
import { secret } from '../../../runtime/config/secret.ts';
import { duration } from '../../../runtime/config/units.ts';
import { keepSecret } from '../../../runtime/log.ts';

/** Without user and password: those have their own place, and would not be sent from here. */
const isHttp = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
};
/** A path as short as this is no secret, and stands in innocent text too. */
const SHORT_PATH = 16;

/** A webhook's address lets whoever knows it post: the address itself is a secret, and so is what distinguishes it. */
const secretUrl = () =>
  secret()
    .refine(isHttp, 'must hold an http or https URL without user and password')
    .transform(text => {
      const url = new URL(text);
      if (url.pathname.length > SHORT_PATH) keepSecret(url.pathname);
      if (url.search !== '') keepSecret(url.search);
      return text;
    });

const Snowflake = z.string().regex(/^\d{15,20}$/, 'must be an id of Discord: 15 to 20 digits, in quotes');

const common = (perMinute: number) => ({
  perMinute: z
    .number()
    .positive()
    .max(6000)
    .default(perMinute)
    .describe('most messages per minute; the rest waits and is gathered into fewer messages'),
  timeout: duration().prefault('10s').describe('longest wait for the other side to take one message'),
  link: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where the shift page is to be reached by the readers; links without a host lead there'),
});

const DISCORD_WEBHOOK = /\/webhooks\/\d{15,20}\/[\w-]+\/?$/;

const Discord = z
  .strictObject({
    kind: z.literal('discord'),
    ...common(25),
    webhook: secretUrl()
      .refine(text => DISCORD_WEBHOOK.test(URL.parse(text)?.pathname ?? ''), 'must end in /webhooks/ID/TOKEN')
      .optional()
      .describe("the channel's webhook address"),
    bot: z
      .strictObject({
        token: secret().describe('token of the bot'),
        channel: Snowflake.describe('id of the channel it posts into'),
        api: z
          .url({ protocol: /^https?$/ })
          .default('https://discord.com/api')
          .describe('address of the programming interface'),
        commanders: z
          .strictObject({
            roles: z.array(Snowflake).default([]).describe('ids of roles'),
            users: z.array(Snowflake).default([]).describe('ids of users'),
          })
          .prefault({})
          .describe('who may acknowledge, shelve and take over by the buttons; nobody when both are empty'),
      })
      .optional()
      .describe('messages with buttons, by a bot'),
    threads: z
      .boolean()
      .default(false)
      .describe('what happens after the first message of an incident goes into a thread of its own'),
    mention: z
      .array(Snowflake)
      .max(10)
      .default([])
      .describe('ids of roles that are called when something of severity MAJOR is told'),
    username: z.string().min(1).max(80).default('Spillway').describe('name that a webhook posts under'),
  })
  .refine(({ webhook, bot }) => (webhook === undefined) !== (bot === undefined), {
    message: 'give either webhook or bot',
  });

const HeaderName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of an HTTP header');

const Webhook = z.strictObject({
  kind: z.literal('webhook'),
  ...common(120),
  url: secretUrl().describe('address that takes the payload of Prometheus Alertmanager, version 4'),
  authorization: secret().optional().describe('value of the Authorization header, e.g. "Bearer …"'),
  headers: z.record(HeaderName, secret()).default({}).describe('further headers'),
  signing: secret()
    .optional()
    .describe('key of an HMAC-SHA-256 over time and body, in the header X-Spillway-Signature'),
});

const Alertmanager = z.strictObject({
  kind: z.literal('alertmanager'),
  ...common(120),
  url: secretUrl().describe('address of an Alertmanager, e.g. http://alerts:9093'),
  authorization: secret().optional().describe('value of the Authorization header'),
  hold: duration()
    .prefault('30d')
    .describe('how long Alertmanager keeps an active alarm without hearing of it again'),
});

const Slack = z.strictObject({
  kind: z.literal('slack'),
  ...common(30),
  url: secretUrl().describe("incoming webhook of Slack or Mattermost, or Discord's with /slack behind it"),
  channel: z.string().max(200).optional().describe('another channel than the webhook is made for'),
  username: z.string().min(1).max(80).default('Spillway').describe('name that it posts under'),
});

const Email = z
  .strictObject({
    kind: z.literal('email'),
    ...common(10),
    host: z.string().min(1).describe('SMTP server'),
    port: z.int().min(1).max(65_535).default(587),
    security: z
      .enum(['tls', 'starttls', 'none'])
      .default('starttls')
      .describe('tls from the first byte (port 465); starttls, without which nothing is sent; none'),
    ca: filePath().optional().describe('certificates to trust, PEM; default: those of Node'),
    user: z.string().optional(),
    password: secret().optional(),
    from: z.email().describe('address of the sender'),
    to: z.array(z.email()).min(1).max(50).describe('addresses of the readers'),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    message: 'give user and password, or neither',
  });

/** One channel of the configuration. */
export const ChannelConfig = z.discriminatedUnion('kind', [Discord, Webhook, Alertmanager, Slack, Email]);
export type ChannelConfig = z.infer<typeof ChannelConfig>;
export type ChannelKind = ChannelConfig['kind'];
export type ConfigOf<Kind extends ChannelKind> = Extract<ChannelConfig, { kind: Kind }>;

/** Whether a message can be changed after it was sent: elsewhere a change is a new message. */
export const canEdit = ({ kind }: ChannelConfig): boolean => kind === 'discord';
