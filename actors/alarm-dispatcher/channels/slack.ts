import type { Severity } from '../../../protocol/alarm/severity.ts';
import type { Notice, NoticeItem } from '../../../protocol/messages/notice.ts';
import { eventTimeToMs } from '../../../protocol/time.ts';
import type { ConfigOf } from './config.ts';
import type { Sender } from './guarded-channel.ts';
import { HttpClient } from './http/exchange.ts';
import { postJson } from './http/post-json.ts';
import { clean, cleanLine } from './text/clean.ts';
import { type Escape, fit } from './text/fit.ts';
import { countMore, facts, followable, headline, stateWords } from './wording.ts';

/** Attachments of one message that Slack shows without folding them, and Discord's /slack takes at all. */
const MOST_ATTACHMENTS = 10;
const COLOURS: Readonly<Record<Severity, string>> = {
  NO_ALARM: '#2e7d32',
  MINOR: '#f2a900',
  MAJOR: '#d32f2f',
  INVALID: '#a020a0',
};
const GREY = '#8a8f98';

const MARKS = new Set('*_~`|\\[]');
/** A space that nobody sees: Slack's mrkdwn has no escape for its own marks. */
const APART = '\u200B';

/**
 * Slack's three entities, which end mentions and links of the form `<…>` (its documentation: Formatting message text). Marks,
 * `@` and addresses are taken apart, for Mattermost and Discord understand those in plain text.
 */
const escape: Escape = (character, _, after) => {
  if (character === '&') return '&amp;';
  if (character === '<') return '&lt;';
  if (character === '>') return '&gt;';
  if (character === '@' || MARKS.has(character)) return `${character}${APART}`;
  return character === ':' && after === '//' ? `:${APART}` : character;
};
const line = (text: string, limit: number): string => fit(cleanLine(text), limit, escape);
const lines = (text: string, limit: number): string => fit(clean(text).trim(), limit, escape);

const attachmentOf = (item: NoticeItem, base: string | undefined): object => {
  const link = followable(item.link, base);
  const title = line(`${stateWords(item)} · ${item.title}`, 250);
  return {
    fallback: title,
    color: item.firing ? COLOURS[item.severity] : GREY,
    title,
    ...(link === undefined ? {} : { title_link: link }),
    text: [lines(item.text, 1000), lines(item.guidance, 500)].filter(Boolean).join('\n'),
    fields: facts(item).map(([name, value]) => ({
      title: name,
      value: lines(value, 300),
      short: name !== 'Note',
    })),
    footer: item.alarm,
    ts: Math.floor(eventTimeToMs(item.at) / 1000),
  };
};

/** A notice as text and attachments: what Slack, Mattermost and Discord's /slack all understand. */
export function slackMessageOf(notice: Notice, base: string | undefined, repeated: boolean): object {
  const shown = notice.items.slice(0, MOST_ATTACHMENTS);
  const more = countMore(notice, shown.length);
  const link = followable(notice.link, base);
  return {
    text: [
      line(headline(notice, repeated), 600),
      more > 0 ? `and ${more} more` : '',
      link === undefined ? '' : `<${link.replaceAll('|', '%7C').replaceAll('>', '%3E')}|All alarms>`,
    ]
      .filter(Boolean)
      .join('\n'),
    attachments: shown.map(item => attachmentOf(item, base)),
  };
}

/** Posts to an incoming webhook of Slack, or of what takes the same. */
export function slackSender({ url, channel, username, timeout, link }: ConfigOf<'slack'>): Sender {
  const http = new HttpClient(timeout);
  return {
    async deliver(notice, repeated, signal) {
      const message = slackMessageOf(notice, link, repeated);
      const body = JSON.stringify({ ...message, username, ...(channel === undefined ? {} : { channel }) });
      const { status } = await postJson(http, url, body, {}, signal);
      return { doubtful: repeated, detail: `HTTP ${status}` };
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
