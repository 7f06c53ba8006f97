import type { APIEmbed } from 'discord-api-types/v10';
import type { NoticeItem } from '../../../../protocol/messages/notice.ts';
import { eventTimeToMs } from '../../../../protocol/time.ts';
import { facts, followable, stateWords } from '../wording.ts';
import { guidance, linkTo, literal, plain, plainLine } from './escape.ts';
import { LIMITS } from './limits.ts';

/** Of severities; grey for what is over. */
const COLOURS = { NO_ALARM: 0x2e7d32, MINOR: 0xf2a900, MAJOR: 0xd32f2f, INVALID: 0xa020a0 } as const;
const GREY = 0x8a8f98;

/** Less room than this holds nothing of use. */
const LEAST = 8;
/** Most of a description that goes to what happened, so that the guidance has a place too. */
const MOST_TEXT = 1500;

/**
 * One alarm as an embed. What identifies it comes first, so that it is whole however little room there is: the footer
 * holds the alarm and its transition, by which the buttons know what they are about.
 * @param room characters that may be used, at least 300
 */
export function embedOf(item: NoticeItem, room: number, base: string | undefined): APIEmbed {
  let left = room;
  const spend = (limit: number, make: (limit: number) => string): string => {
    const most = Math.min(limit, left);
    const text = most < LEAST ? '' : make(most);
    left -= text.length;
    return text;
  };
  const footer = spend(LIMITS.footer, limit => literal(footerOf(item), limit));
  const title = spend(LIMITS.title, limit => plainLine(`${stateWords(item)} · ${item.title}`, limit));
  const fields = facts(item).flatMap(([name, value]) => {
    // A name without its value is refused.
    if (left < name.length + LEAST) return [];
    left -= name.length;
    return [
      { name, value: spend(LIMITS.fieldValue, limit => plain(value, limit)) || '…', inline: name !== 'Note' },
    ];
  });
  return {
    title,
    description: descriptionOf(item, base, spend),
    color: item.firing ? COLOURS[item.severity] : GREY,
    fields,
    footer: { text: footer },
    timestamp: new Date(eventTimeToMs(item.at)).toISOString(),
  };
}

function descriptionOf(
  item: NoticeItem,
  base: string | undefined,
  spend: (limit: number, make: (limit: number) => string) => string,
): string {
  const address = followable(item.link, base);
  const link = address === undefined ? '' : linkTo('Open', address);
  const parts: string[] = [];
  const used = (): number => parts.join('\n').length + 1;
  parts.push(spend(MOST_TEXT, limit => plain(item.text, limit)));
  parts.push(spend(LIMITS.description - used(), limit => (link.length <= limit ? link : '')));
  parts.push(spend(LIMITS.description - used(), limit => guidance(item.guidance, limit)));
  return parts.filter(Boolean).join('\n');
}

const footerOf = ({ alarm, transition }: NoticeItem): string => `${alarm} #${transition}`;

/** Alarm and transition of an embed that `embedOf` made; undefined for any other. */
export function subjectOf(
  embed: APIEmbed,
): { readonly alarm: string; readonly transition: number } | undefined {
  const [, alarm, transition] = /^(\S+) #(\d+)/.exec(embed.footer?.text ?? '') ?? [];
  return alarm === undefined ? undefined : { alarm, transition: Number(transition) };
}
