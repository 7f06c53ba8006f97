import { createHash } from 'node:crypto';
import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInMessageActionRow,
  type APIEmbed,
  type APIStringSelectComponent,
  ButtonStyle,
  ComponentType,
} from 'discord-api-types/v10';
import { AlarmState } from '../../../../protocol/alarm/alarm-state.ts';
import type { Notice, NoticeItem } from '../../../../protocol/messages/notice.ts';
import { subjectOf } from './embed.ts';
import { literal } from './escape.ts';
import { LIMITS } from './limits.ts';

/** What can be done by a button. */
export const Act = { acknowledge: 'acknowledge', shelve: 'shelve', takeOver: 'take-over' } as const;
export type Act = (typeof Act)[keyof typeof Act];

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

/**
 * What a button or a modal means, as its custom id holds it: which channel of which experiment it belongs to, what is to
 * be done, and for which alarms in which state. A press after a restart is understood like any other, and one on what
 * has changed meanwhile is known for what it is.
 */
export interface Meaning {
  readonly owner: string;
  readonly act: Act;
  /** Digests of alarm and transition. */
  readonly targets: readonly string[];
}

const digest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, length);

/** Tells the buttons of several dispatchers apart that share a bot. */
export const ownerOf = (experiment: string, channel: string): string =>
  digest(`${experiment}\n${channel}`, 8);

/** Eight characters hold ten targets within the 100 of a custom id. */
export const targetOf = (alarm: string, transition: number): string => digest(`${alarm} ${transition}`, 7);

const LETTERS = { [Act.acknowledge]: 'a', [Act.shelve]: 's', [Act.takeOver]: 't' } as const;

export const formatMeaning = ({ owner, act, targets }: Meaning): string =>
  [`sw:${owner}:${LETTERS[act]}`, ...targets].join(':');

/** @returns undefined for what is not ours */
export function parseMeaning(text: string): Meaning | undefined {
  const [prefix, owner = '', letter, ...targets] = text.split(':');
  const act = Object.values(Act).find(each => LETTERS[each] === letter);
  return prefix === 'sw' && act ? { owner, act, targets } : undefined;
}

const WAITING: readonly AlarmState[] = [
  AlarmState.unacknowledged,
  AlarmState.returnedUnacknowledged,
  AlarmState.latchedUnacknowledged,
];

/** Whether an act makes sense in the state that an item shows. A notification from outside has no transitions. */
const allows = (act: Act, { transition, state, firing }: NoticeItem): boolean => {
  if (transition === 0) return false;
  return act === Act.acknowledge ? WAITING.includes(state) : firing;
};

/** The rows of buttons below a notice, for the items that its embeds show. */
export function buttonsOf(owner: string, notice: Notice): Row[] {
  const shown = notice.items.slice(0, LIMITS.embeds);
  const button = (act: Act, label: string, style: Style): APIButtonComponentWithCustomId[] => {
    const targets = shown.filter(item => allows(act, item)).map(toTarget);
    if (targets.length === 0) return [];
    const counted = shown.length > 1 ? `${label} ${targets.length}` : label;
    return [
      {
        type: ComponentType.Button,
        style,
        label: counted,
        custom_id: formatMeaning({ owner, act, targets }),
      },
    ];
  };
  const buttons = [
    ...button(Act.acknowledge, 'Acknowledge', ButtonStyle.Primary),
    ...button(Act.shelve, 'Shelve', ButtonStyle.Secondary),
    ...button(Act.takeOver, 'Take over', ButtonStyle.Secondary),
  ];
  const waiting = shown.filter(item => allows(Act.acknowledge, item));
  return [
    ...(buttons.length > 0 ? [rowOf(...buttons)] : []),
    ...(waiting.length > 1 ? [rowOf(choiceOf(owner, waiting))] : []),
  ];
}

const PRESSED = 'sw:pressed';
const MOST_ROWS = 5;

/**
 * The rows of a message with one more, which says what somebody has just done. The buttons stay: whoever presses one
 * again is told that the alarm has changed, and the next notice brings the right ones.
 */
export const withPressed = (rows: readonly unknown[], words: string): unknown[] => [
  ...rows.filter(row => !JSON.stringify(row).includes(PRESSED)).slice(0, MOST_ROWS - 1),
  rowOf({
    type: ComponentType.Button,
    style: ButtonStyle.Secondary,
    label: literal(words, LIMITS.buttonLabel),
    custom_id: PRESSED,
    disabled: true,
  }),
];

const rowOf = (...components: APIComponentInMessageActionRow[]): Row => ({
  type: ComponentType.ActionRow,
  components,
});

const toTarget = ({ alarm, transition }: NoticeItem): string => targetOf(alarm, transition);

type Style = ButtonStyle.Primary | ButtonStyle.Secondary;

/** Where a message tells of several: acknowledge only some. What is chosen comes as values, so its id has no targets. */
function choiceOf(owner: string, items: readonly NoticeItem[]): APIStringSelectComponent {
  const labels = new Map(
    items.map(item => [
      toTarget(item),
      literal(item.title, LIMITS.optionLabel) || item.alarm.slice(0, LIMITS.optionLabel),
    ]),
  );
  return {
    type: ComponentType.StringSelect,
    custom_id: formatMeaning({ owner, act: Act.acknowledge, targets: [] }),
    placeholder: 'Acknowledge only …',
    min_values: 1,
    max_values: labels.size,
    options: [...labels].map(([value, label]) => ({ value, label })),
  };
}

/** An alarm as a message shows it. */
export interface Target {
  readonly alarm: string;
  readonly transition: number;
}

/** The alarms of a message that are as they were when somebody pressed a button for them. */
export const targetsOf = (targets: readonly string[], embeds: readonly APIEmbed[]): Target[] =>
  embeds
    .flatMap(embed => subjectOf(embed) ?? [])
    .filter(({ alarm, transition }) => targets.includes(targetOf(alarm, transition)));
