import { parseArgs } from 'node:util';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { AlarmCommandKind } from '../../../protocol/messages/alarm-command.ts';
import { DEFAULT_CONFIG } from '../../config/resolve.ts';
import { GIVER, give } from './give.ts';
import { alarmId } from './look.ts';
import { type AlarmVerb, durationOf, single } from './verb.ts';

const COMMON = {
  config: { type: 'string', default: DEFAULT_CONFIG },
  expected: { type: 'string' },
  ...GIVER,
} as const;

/** A verb that does something to one alarm; what is put aside or said needs a note that says why. */
const verb = (
  name: string,
  kind: AlarmCommandKind,
  summary: string,
  noteAs?: 'reason' | 'note',
): AlarmVerb => ({
  name,
  usage: `ID ${noteAs ? '--note TEXT' : '[--note TEXT]'}`,
  summary,
  run(args, io, system) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: COMMON });
    const { note = '', by, config } = values;
    if (noteAs && note === '') throw new SpillwayError('USAGE', `${name} needs a --note that says why`);
    const words = { kind, alarm: alarmId(single(positionals, 'alarm')), ...expected(values.expected) };
    return give({ ...words, [noteAs ?? 'note']: note }, { by, config }, io, system);
  },
});

const shelve: AlarmVerb = {
  name: 'shelve',
  usage: 'ID --for 2h --note TEXT [--one-shot]',
  summary: 'puts it aside for a time; --one-shot: until it is normal again, if that is earlier',
  run(args, io, system) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...COMMON, for: { type: 'string' }, 'one-shot': { type: 'boolean', default: false } },
    });
    const { note: reason = '', by, config } = values;
    if (reason === '') throw new SpillwayError('USAGE', 'shelve needs a --note that says why');
    const words = {
      kind: 'shelve',
      alarm: alarmId(single(positionals, 'alarm')),
      ...expected(values.expected),
      reason,
      durationMs: durationOf('--for', values.for),
      oneShot: values['one-shot'],
    };
    return give(words, { by, config }, io, system);
  },
};

function expected(text: string | undefined): { expected?: number } {
  if (text === undefined) return {};
  if (!/^\d{1,15}$/.test(text))
    throw new SpillwayError('USAGE', `--expected takes the number of a transition, not ${text}`);
  return { expected: Number(text) };
}

export const actVerbs: readonly AlarmVerb[] = [
  verb('ack', 'acknowledge', 'acknowledges it'),
  verb('unack', 'unacknowledge', 'takes the acknowledgement back'),
  verb('take', 'take-over', 'makes you its owner'),
  verb('comment', 'comment', 'adds a comment', 'note'),
  shelve,
  verb('unshelve', 'unshelve', 'takes it back from the shelf'),
  verb('reset', 'reset', 'lets go of a latched alarm'),
  verb('disable', 'disable', 'switches it off until somebody enables it', 'reason'),
  verb('enable', 'enable', 'switches it on again'),
];
