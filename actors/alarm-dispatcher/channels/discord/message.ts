import { createHash } from 'node:crypto';
import { type APIAllowedMentions, type APIEmbed, MessageFlags } from 'discord-api-types/v10';
import type { Notice } from '../../../../protocol/messages/notice.ts';
import { countMore, followable, headline } from '../wording.ts';
import { embedOf } from './embed.ts';
import { linkTo, literal, plainLine } from './escape.ts';
import { LIMITS } from './limits.ts';

export interface MessageOptions {
  /** Base of links without a host. */
  readonly link?: string | undefined;
  /** Roles that are called for MAJOR. */
  readonly mention: readonly string[];
}

/** What webhook and bot both send. */
export interface DiscordMessage {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly allowed_mentions: APIAllowedMentions;
  readonly flags?: MessageFlags;
}

/** Kept free below the 6000 for the mark in the last footer and the line breaks. */
const RESERVE = 200;
const NAMES = 900;

/** A notice as a message of Discord, within every limit. `repeated`: it may have been told before. */
export function messageOf(notice: Notice, options: MessageOptions, repeated: boolean): DiscordMessage {
  const items = notice.items.slice(0, LIMITS.embeds);
  const room = Math.floor((LIMITS.embedsTotal - RESERVE) / Math.max(1, items.length));
  const embeds = items.map(item => embedOf(item, room, options.link));
  const last = embeds.at(-1);
  if (last) last.footer = { text: `${last.footer?.text ?? ''} · ${markOf(notice)}` };
  else embeds.push({ footer: { text: `${notice.kind} · ${markOf(notice)}` } });
  const quiet =
    notice.kind !== 'escalation' && (notice.severity === 'MINOR' || notice.severity === 'NO_ALARM');
  const roles = callsSomebody(notice) ? [...options.mention] : [];
  return {
    content: contentOf(notice, items.length, roles, options.link, repeated),
    embeds,
    allowed_mentions: { parse: [], roles },
    ...(quiet ? { flags: MessageFlags.SuppressNotifications } : {}),
  };
}

const callsSomebody = ({ kind, firing, severity }: Notice): boolean =>
  firing && severity === 'MAJOR' && kind !== 'update' && kind !== 'silence';

/** Embeds are not shown in notifications on a telephone's screen; the first line is. */
function contentOf(
  notice: Notice,
  shown: number,
  roles: readonly string[],
  base: string | undefined,
  repeated: boolean,
): string {
  const link = followable(notice.link, base);
  const lines = [
    [...roles.map(role => `<@&${role}>`), plainLine(headline(notice, repeated), 600)].join(' '),
    moreLine(notice, shown),
    link === undefined ? '' : linkTo('All alarms', link),
  ].filter(Boolean);
  // Only the link is ever too long, and half a link is none.
  const whole = lines.join('\n');
  return whole.length <= LIMITS.content ? whole : lines.slice(0, -1).join('\n');
}

function moreLine(notice: Notice, shown: number): string {
  const more = countMore(notice, shown);
  if (more === 0) return '';
  const names = notice.items.slice(shown).map(({ title }) => title);
  return `and ${more} more${names.length > 0 ? `: ${plainLine(names.join('; '), NAMES)}` : ''}`;
}

/** Names a notice within its channel: by it a message is found again. */
export const markOf = ({ channel, number, at }: Notice): string =>
  `${literal(channel, 80)}:${number}:${at.seconds.toString(36)}`;

/** The mark in small print, for a message without embeds. */
export const plainMarkOf = (notice: Notice): string => `\n-# ${plainLine(markOf(notice), 200)}`;

/** The message in the plainest form, for a server that refuses the other. */
export function plainestOf(message: DiscordMessage, notice: Notice): DiscordMessage {
  const { content, allowed_mentions, flags } = message;
  const titles = notice.items.map(({ alarm, title }) => `${alarm} ${title}`).join('; ');
  const mark = plainMarkOf(notice);
  const rest = plainLine(titles, Math.max(0, LIMITS.content - content.length - mark.length - 1));
  return {
    content:
      [content, rest]
        .join('\n')
        .slice(0, LIMITS.content - mark.length)
        .trim() + mark,
    embeds: [],
    allowed_mentions,
    ...(flags ? { flags } : {}),
  };
}

/** Equal for equal notices only: Discord posts one message per nonce within some minutes. */
export const nonceOf = (experiment: string, notice: Notice): string =>
  createHash('sha256')
    .update(`${experiment}\n${markOf(notice)}`)
    .digest('base64url')
    .slice(0, LIMITS.nonce);
