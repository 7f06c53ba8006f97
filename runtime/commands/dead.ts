import { parseArgs } from 'node:util';
import type { StoredMsg } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import { deadLetterFields, readDeadLetter } from '../../protocol/messages/dead-letter.ts';
import type { ActorDefinition } from '../actor.ts';
import { type Command, ExitCode } from '../command.ts';
import { DEFAULT_CONFIG, resolveConfig } from '../config/resolve.ts';
import { type Nats, openNats } from '../host/nats.ts';
import { serverName } from '../host/streams.ts';
import { createLogger } from '../log.ts';
import { printable } from '../printable.ts';

const HELP = `Usage: spillway dead list [--json] [--config FILE]
       spillway dead show NUMBER... | --all [--config FILE]
       spillway dead replay NUMBER... | --all [--config FILE]
       spillway dead forget NUMBER... | --all [--config FILE]

Dead letters: messages that an actor gave up on, kept with the reason. Other actors have handled them all the same.

  list      one line each: number, time, actor, code, stream and sequence, reason
  show      everything about one, and its body
  replay    gives it back to the one actor that failed on it, and takes it off the list; for when the cause is mended.
            What fails again comes back under a new number
  forget    takes it off the list, for good

  --config FILE   configuration file (default ${DEFAULT_CONFIG})
  --json          list: one JSON object per line
  --all           every dead letter

Where one of several numbers is not there, nothing is done with the others.

Exit codes: 0 fine (list: there are none), 1 list: there are some; else: a number is not there, 2 command line or
configuration, 3 NATS is away.

Example: spillway dead replay 12 13`;

const VERBS = ['list', 'show', 'replay', 'forget'] as const;

export const deadCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  help: HELP,
  async run(args, { stdout, stderr, env, signal }) {
    const { verb, numbers, json, configPath } = read(args);
    const config = resolveConfig(configPath, actors, env);
    const options = { ...config.nats, experiment: config.experiment, name: 'spillway dead' };
    await using nats = await openNats(
      options,
      createLogger('error'),
      AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    );
    const letters = await readAll(nats);
    if (verb === 'list') {
      for (const letter of letters) stdout.write(`${json ? asJson(letter) : asLine(letter)}\n`);
      return letters.length === 0 ? ExitCode.ok : ExitCode.found;
    }
    const missing = numbers?.filter(number => !letters.some(({ seq }) => seq === number)) ?? [];
    for (const number of missing) stderr.write(`there is no dead letter ${number}\n`);
    if (missing.length > 0) return ExitCode.found;
    for (const letter of letters.filter(({ seq }) => numbers?.includes(seq) ?? true)) {
      if (verb === 'show') {
        stdout.write(`${asText(letter)}\n`);
        continue;
      }
      if (verb === 'replay') await replay(nats, letter);
      await nats.jsm.streams.deleteMessage(serverName(nats.experiment, 'DEAD'), letter.seq);
      stdout.write(`${letter.seq}: ${verb === 'replay' ? 'replayed' : 'forgotten'}\n`);
    }
    return ExitCode.ok;
  },
});

/** What the command line asks for; `numbers` is undefined for all. @throws SpillwayError USAGE */
function read(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string', default: DEFAULT_CONFIG },
      json: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
    },
  });
  const [word, ...words] = positionals;
  const verb = VERBS.find(known => known === word);
  if (!verb) throw new SpillwayError('USAGE', `say what to do: ${VERBS.join(', ')}; see --help`);
  const wrong = words.find(number => !/^[1-9]\d{0,14}$/.test(number));
  if (wrong !== undefined)
    throw new SpillwayError('USAGE', `"${wrong}" is not the number of a dead letter; "dead list" tells them`);
  if (verb !== 'list' && values.all === words.length > 0)
    throw new SpillwayError('USAGE', `${verb} takes either numbers of dead letters or --all`);
  const numbers = values.all ? undefined : words.map(Number);
  return { verb, numbers, json: values.json, configPath: values.config };
}

/** Every dead letter, oldest first. */
export async function readAll(nats: Nats): Promise<StoredMsg[]> {
  const name = serverName(nats.experiment, 'DEAD');
  const { state } = await nats.jsm.streams.info(name);
  const letters: StoredMsg[] = [];
  for (let seq = state.first_seq; state.messages > 0 && seq <= state.last_seq; seq++) {
    const message = await nats.jsm.streams.getMessage(name, { seq });
    if (message) letters.push(message);
  }
  return letters;
}

/**
 * Puts the original back on its subject, addressed to the actor that failed on it: the others had it already. The
 * identity names the dead letter, so replaying it twice is replaying it once.
 */
export async function replay(nats: Nats, message: StoredMsg): Promise<void> {
  const letter = readDeadLetter(message.header);
  if (letter.wholeBytes !== undefined)
    throw new SpillwayError(
      'MESSAGE_TOO_LARGE',
      `dead letter ${message.seq} holds ${message.data.length} of ${letter.wholeBytes} bytes, and cannot be replayed: ` +
        `the whole message is ${letter.stream}:${letter.sequence}`,
    );
  const header = headers();
  for (const [name, values] of message.header) {
    if (deadLetterFields.includes(name)) continue;
    for (const value of values) header.append(name, value);
  }
  // A lane with a name has named itself.
  if (!header.has(HEADERS.addressee)) header.set(HEADERS.addressee, letter.actor);
  // A message that fails again after a replay keeps the place it first had.
  if (!header.has(HEADERS.origin)) header.set(HEADERS.origin, `${letter.stream}:${letter.sequence}`);
  header.set(HEADERS.identity, `replay:${letter.stream}:${letter.sequence}:${message.seq}`);
  try {
    await nats.js.publish(letter.subject, message.data, { headers: header });
  } catch (cause) {
    throw new SpillwayError('PUBLISH_FAILED', `dead letter ${message.seq} was not replayed, and is kept`, {
      cause,
    });
  }
}

const asLine = (message: StoredMsg): string => {
  const { actor, code, stream, sequence, reason } = readDeadLetter(message.header);
  return printable(
    `${message.seq}  ${message.time.toISOString()}  ${actor}  ${code}  ${stream}:${sequence}  ${reason}`,
  );
};

const asJson = (message: StoredMsg): string =>
  printable(
    JSON.stringify({
      number: message.seq,
      time: message.time.toISOString(),
      ...readDeadLetter(message.header),
    }),
  );

function asText(message: StoredMsg): string {
  const letter = Object.entries(readDeadLetter(message.header)).map(([key, value]) => `${key}: ${value}`);
  const header = [...message.header]
    .filter(([name]) => !deadLetterFields.includes(name))
    .map(([name, values]) => `${name}: ${values.join(', ')}`);
  return printable(
    [`number: ${message.seq}`, ...letter, ...header, '', bodyText(message.data), ''].join('\n'),
  );
}

const SHOWN_BYTES = 256;

/** Text as text; anything else as the hexadecimal of its first bytes. */
function bodyText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const rest = bytes.length > SHOWN_BYTES ? ` and ${bytes.length - SHOWN_BYTES} more` : '';
    return `${bytes.length} bytes: ${Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex')}${rest}`;
  }
}
