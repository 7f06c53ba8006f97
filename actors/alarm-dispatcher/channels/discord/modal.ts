import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10';
import { z } from 'zod';
import { duration } from '../../../../runtime/config/units.ts';
import { cleanLine } from '../text/clean.ts';
import { Act, formatMeaning, type Meaning } from './buttons.ts';
import { literal } from './escape.ts';
import { LIMITS } from './limits.ts';

const TITLES = {
  [Act.acknowledge]: 'Acknowledge',
  [Act.shelve]: 'Shelve',
  [Act.takeOver]: 'Take over',
} as const;
const LONGEST_NAME = 100;
const LONGEST_NOTE = 1000;

const input = (
  id: string,
  label: string,
  about: { value?: string; required: boolean; most: number; long?: boolean; description?: string },
): APILabelComponent => ({
  type: ComponentType.Label,
  label,
  ...(about.description === undefined ? {} : { description: about.description }),
  component: {
    type: ComponentType.TextInput,
    custom_id: id,
    style: about.long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: about.required,
    max_length: about.most,
    ...(about.value ? { value: about.value } : {}),
  },
});

/** The form that opens when a button is pressed. `name`: what the person is called there. */
export function modalFor(meaning: Meaning, name: string): APIModalInteractionResponseCallbackData {
  const shelves = meaning.act === Act.shelve;
  const count = meaning.targets.length;
  return {
    custom_id: formatMeaning(meaning),
    title: `${TITLES[meaning.act]}${count > 1 ? ` ${count} alarms` : ''}`.slice(0, LIMITS.modalTitle),
    components: [
      input('name', 'Your name', { value: literal(name, LONGEST_NAME), required: true, most: LONGEST_NAME }),
      ...(shelves
        ? [
            input('for', 'For how long', {
              value: '1h',
              required: true,
              most: 20,
              description: 'For example 30m or 2h.',
            }),
          ]
        : []),
      input('note', shelves ? 'Why' : 'Note', { required: shelves, most: LONGEST_NOTE, long: true }),
    ],
  };
}

const TextInput = z.object({ custom_id: z.string(), value: z.string() });
/** Discord sends what was written within labels, or within rows by its older form. */
const Submitted = z.array(
  z.union([
    z.object({ component: TextInput }).transform(({ component }) => [component]),
    z.object({ components: z.array(TextInput) }).transform(({ components }) => components),
  ]),
);

/** What a person has written. */
export interface Filled {
  readonly name: string;
  readonly note: string;
  readonly durationMs: number;
}

/** @returns words for the person when something is missing or not understood */
export function readModal(act: Act, components: unknown): Filled | string {
  const inputs = Submitted.parse(components).flat();
  const written = (id: string): string => inputs.find(each => each.custom_id === id)?.value.trim() ?? '';
  const name = cleanLine(written('name')).slice(0, LONGEST_NAME);
  const note = written('note').slice(0, LONGEST_NOTE);
  if (name === '') return 'Please give your name.';
  if (act !== Act.shelve) return { name, note, durationMs: 0 };
  const time = duration().safeParse(written('for'));
  if (!time.success || time.data <= 0) return 'How long must be a number with a unit, for example 30m or 2h.';
  if (note === '') return 'Please say why.';
  return { name, note, durationMs: time.data };
}
