import { createHash } from 'node:crypto';
import type { Notice, NoticeItem } from '../../../../protocol/messages/notice.ts';
import { eventTimeToMs } from '../../../../protocol/time.ts';
import { clean, cleanLine } from '../text/clean.ts';
import { fit } from '../text/fit.ts';
import { countMore, facts, followable, headline, stateWords } from '../wording.ts';

/** A notice as a mail, without sender and readers. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Equal for every try of one notice: a mailbox that looks at it has the notice once. */
  readonly messageId: string;
  /** Equal for all notices of an incident: by it mail programs make one conversation of them. */
  readonly references: string;
  readonly date: Date;
  readonly urgent: boolean;
}

/** What is sent of one text; mail has room. */
const MOST = 4000;
const SUBJECT = 150;

/** @param domain right side of the ids, the sender's own */
export function mailOf(
  notice: Notice,
  { experiment, domain, base }: { experiment: string; domain: string; base: string | undefined },
  repeated: boolean,
): Mail {
  const id = (text: string): string =>
    createHash('sha256').update(`${experiment}\n${text}`).digest('hex').slice(0, 32);
  const state = notice.firing ? notice.severity : 'RETURNED';
  const { channel, number, at, incident } = notice;
  return {
    subject: fit(cleanLine(`[${experiment}] ${state}: ${headline(notice, repeated)}`), SUBJECT),
    text: textOf(notice, base),
    html: htmlOf(notice, base),
    messageId: `<${id(`${channel}:${number}:${at.seconds}`)}@${domain}>`,
    references: `<${id(incident)}.incident@${domain}>`,
    date: new Date(eventTimeToMs(at)),
    urgent: notice.firing && notice.severity === 'MAJOR',
  };
}

const shown = (text: string): string => fit(clean(text).trim(), MOST);

function textOf(notice: Notice, base: string | undefined): string {
  const link = followable(notice.link, base);
  const more = countMore(notice, notice.items.length);
  return [
    ...notice.items.map(item => itemText(item, base)),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(link === undefined ? [] : [`All alarms: ${link}`]),
  ].join('\n\n');
}

const itemText = (item: NoticeItem, base: string | undefined): string => {
  const link = followable(item.link, base);
  return [
    `${stateWords(item)}: ${cleanLine(item.title)}`,
    `${item.alarm}, ${new Date(eventTimeToMs(item.at)).toISOString()}`,
    shown(item.text),
    ...facts(item).map(([name, value]) => `${name}: ${shown(value)}`),
    shown(item.guidance),
    link ?? '',
  ]
    .filter(Boolean)
    .join('\n');
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const entities = (text: string): string => text.replaceAll(/[&<>"']/g, mark => ENTITIES[mark] ?? mark);
const anchor = (words: string, link: string | undefined): string =>
  link === undefined ? '' : `<p><a href="${entities(link)}">${words}</a></p>`;

function htmlOf(notice: Notice, base: string | undefined): string {
  const more = countMore(notice, notice.items.length);
  return [
    '<!doctype html><html><body style="font-family:sans-serif">',
    ...notice.items.map(item => itemHtml(item, base)),
    more > 0 ? `<p>and ${more} more</p>` : '',
    anchor('All alarms', followable(notice.link, base)),
    '</body></html>',
  ].join('\n');
}

const itemHtml = (item: NoticeItem, base: string | undefined): string => {
  const rows = facts(item).map(
    ([name, value]) => `<tr><th align="left">${name}</th><td>${entities(shown(value))}</td></tr>`,
  );
  const paragraph = (text: string): string =>
    text === '' ? '' : `<p style="white-space:pre-wrap">${entities(shown(text))}</p>`;
  return [
    `<h3>${stateWords(item)}: ${entities(cleanLine(item.title))}</h3>`,
    `<p>${entities(item.alarm)}, ${new Date(eventTimeToMs(item.at)).toISOString()}</p>`,
    paragraph(item.text),
    rows.length > 0 ? `<table>${rows.join('')}</table>` : '',
    paragraph(item.guidance),
    anchor('Open', followable(item.link, base)),
  ].join('\n');
};
