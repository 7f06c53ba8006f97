import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { formatMatcher, parseMatcher } from '../../../protocol/alarm/matcher.ts';
import { asSpillwayError, SpillwayError } from '../../../protocol/errors.ts';
import type { Matcher } from '../../../protocol/messages/alarm-command.ts';
import { type Silence, SilencePhase, silence } from '../../../protocol/messages/silence.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { type CommandIo, ExitCode } from '../../command.ts';
import { DEFAULT_CONFIG } from '../../config/resolve.ts';
import { lastPerSubject } from '../../host/last-per-subject.ts';
import { printable } from '../../printable.ts';
import { GIVER, give } from './give.ts';
import { shortTime, table } from './table.ts';
import { type AlarmSystem, type AlarmVerb, durationOf, single } from './verb.ts';

const config = { type: 'string', default: DEFAULT_CONFIG } as const;

export const silenceVerb: AlarmVerb = {
  name: 'silence',
  usage: 'add MATCHER... --for 2h --note TEXT [--end-when-cleared] | list [--all] [--json] | expire SILENCE',
  summary: 'keeps what the matchers fit from being told; a matcher is such as area=~"beam.*"',
  run(args, io, system) {
    const [word, ...rest] = args;
    if (word === 'add') return add(rest, io, system);
    if (word === 'list') return list(rest, io, system);
    if (word === 'expire') return expire(rest, io, system);
    throw new SpillwayError('USAGE', 'say what to do with silences: add, list, expire; see --help');
  },
};

async function add(args: readonly string[], io: CommandIo, system: AlarmSystem): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config,
      for: { type: 'string' },
      'end-when-cleared': { type: 'boolean', default: false },
      ...GIVER,
    },
  });
  const { note: comment = '', by } = values;
  if (comment === '') throw new SpillwayError('USAGE', 'silence add needs a --note that says why');
  if (positionals.length === 0)
    throw new SpillwayError('USAGE', 'silence add needs a matcher, e.g. area=beam/horn');
  const durationMs = durationOf('--for', values.for);
  const now = system.clock();
  const id = randomUUID();
  const words = {
    kind: 'silence',
    silence: id,
    matchers: positionals.map(readMatcher),
    startsAt: eventTimeFromMs(now),
    endsAt: eventTimeFromMs(now + durationMs),
    endWhenCleared: values['end-when-cleared'],
    comment,
  };
  const code = await give(words, { by, config: values.config }, io, system);
  if (code === ExitCode.ok) io.stdout.write(`${id}\n`);
  return code;
}

async function list(args: readonly string[], { stdout }: CommandIo, system: AlarmSystem): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: { config, all: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  await using nats = await system.connect(values.config);
  const found = await lastPerSubject(nats, silence, subjects.silences(nats.experiment));
  const shown = found.filter(({ phase }) => values.all || phase !== SilencePhase.expired);
  if (values.json) for (const one of shown) stdout.write(`${printable(JSON.stringify(one))}\n`);
  else if (shown.length > 0)
    stdout.write(table(['SILENCE', 'PHASE', 'MATCHERS', 'UNTIL', 'WHO', 'WHY'], shown.map(asRow)));
  return ExitCode.ok;
}

const asRow = (one: Silence): string[] => [
  one.silence,
  one.phase,
  one.matchers.map(formatMatcher).join(' '),
  shortTime(one.endsAt),
  one.by,
  one.comment,
];

function expire(args: readonly string[], io: CommandIo, system: AlarmSystem): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config, ...GIVER },
  });
  const { note = '', by } = values;
  const words = { kind: 'expire-silence', silence: single(positionals, 'silence'), note };
  return give(words, { by, config: values.config }, io, system);
}

function readMatcher(text: string): Matcher {
  try {
    return parseMatcher(text);
  } catch (thrown) {
    throw new SpillwayError('USAGE', asSpillwayError(thrown).message, { cause: thrown });
  }
}
