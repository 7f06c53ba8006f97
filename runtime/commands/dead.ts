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

const HELP = `Usage: spillway dead list [--json] [--config FILE]
       spillway dead show NUMBER [--config FILE]
       spillway dead replay NUMBER... | --all [--config FILE]
       spillway dead forget NUMBER... [--config FILE]

Messages that an actor gave up on, with the reason.

  list      one line each: number, time, actor, code, stream and sequence, reason
  show      everything about one, and its body
  replay    gives it back to the one actor that failed on it, and takes it off the list
  forget    takes it off the list

  --config FILE   configuration file (default ${DEFAULT_CONFIG})
  --json          one JSON object per line
  --all           every dead letter

Exit codes: 0 fine (list: none there), 1 list: some there; a number that is not there, 2 command line, 3 NATS is away.

Example: spillway dead replay 12`;

export const deadCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  name: 'dead',
  summary: 'lists, shows, replays or forgets dead letters',
  help: HELP,
  async run(args, { stdout, env, signal }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        json: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
      },
    });
    const [verb, ...words] = positionals;
    const numbers = words.map(word => {
      if (!/^[1-9]\d*$/.test(word))
        throw new SpillwayError('USAGE', `"${word}" is not the number of a dead letter`);
      return Number(word);
    });
    const config = resolveConfig(values.config, actors, env);
    const options = { ...config.nats, experiment: config.experiment, name: 'spillway dead' };
    await using nats = await openNats(
      options,
      createLogger('error'),
      AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    );
    const letters = await readAll(nats);
    const chosen = values.all ? letters : letters.filter(({ seq }) => numbers.includes(seq));
    const missing = numbers.find(number => !letters.some(({ seq }) => seq === number));

    if (verb === 'list') {
      for (const letter of letters) stdout.write(`${values.json ? asJson(letter) : asLine(letter)}\n`);
      return letters.length === 0 ? ExitCode.ok : ExitCode.found;
    }
    if (verb !== 'show' && verb !== 'replay' && verb !== 'forget') throw new SpillwayError('USAGE', HELP);
    if (missing !== undefined || chosen.length === 0) {
      stdout.write(`there is no dead letter ${missing ?? ''}\n`);
      return ExitCode.found;
    }
    for (const letter of chosen) {
      if (verb === 'show') stdout.write(`${asText(letter)}\n`);
      if (verb === 'replay') await replay(nats, letter);
      if (verb !== 'show')
        await nats.jsm.streams.deleteMessage(serverName(nats.experiment, 'DEAD'), letter.seq);
      if (verb !== 'show') stdout.write(`${letter.seq}: ${verb === 'replay' ? 'replayed' : 'forgotten'}\n`);
    }
    return ExitCode.ok;
  },
});

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
  const header = headers();
  for (const [name, values] of message.header) {
    if (deadLetterFields.includes(name)) continue;
    for (const value of values) header.append(name, value);
  }
  header.set(HEADERS.addressee, letter.actor);
  header.set(HEADERS.identity, `replay:${letter.stream}:${letter.sequence}:${message.seq}`);
  await nats.js.publish(letter.subject, message.data, { headers: header });
}

const asLine = (message: StoredMsg): string => {
  const { actor, code, stream, sequence, reason } = readDeadLetter(message.header);
  return `${message.seq}  ${message.time.toISOString()}  ${actor}  ${code}  ${stream}:${sequence}  ${reason}`;
};

const asJson = (message: StoredMsg): string =>
  JSON.stringify({
    number: message.seq,
    time: message.time.toISOString(),
    ...readDeadLetter(message.header),
  });

function asText(message: StoredMsg): string {
  const letter = Object.entries(readDeadLetter(message.header)).map(([key, value]) => `${key}: ${value}`);
  const header = [...message.header]
    .filter(([name]) => !deadLetterFields.includes(name))
    .map(([name, values]) => `${name}: ${values.join(', ')}`);
  return [`number: ${message.seq}`, ...letter, ...header, '', bodyText(message.data)].join('\n');
}

/** Text as text; anything else as the hexadecimal of its first bytes. */
function bodyText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return `${bytes.length} bytes: ${Buffer.from(bytes.subarray(0, 256)).toString('hex')}`;
  }
}
