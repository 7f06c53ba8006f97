import { actors } from './actors/index.ts';
import { asSpillwayError } from './protocol/errors.ts';
import { type Command, type CommandIo, ExitCode } from './runtime/command.ts';
import { redact } from './runtime/log.ts';
import { VERSION } from './runtime/version.ts';

/** Loaded when it is asked for: sixteen processes of one system need one command of ten. */
interface Entry {
  readonly summary: string;
  load(): Promise<Command>;
}

const commands: Readonly<Record<string, Entry>> = {
  up: {
    summary: 'runs everything on this machine',
    load: async () => (await import('./runtime/commands/up.ts')).upCommand(actors),
  },
  run: {
    summary: 'runs actors in this process',
    load: async () => (await import('./runtime/commands/run.ts')).runCommand(actors),
  },
  check: {
    summary: 'checks a configuration file and starts nothing',
    load: async () => (await import('./runtime/commands/check.ts')).checkCommand(actors),
  },
  dump: {
    summary: 'prints the blocks of beam files and checks their checksums',
    load: async () => (await import('./runtime/commands/dump.ts')).dumpCommand,
  },
  verify: {
    summary: 'compares front end, streams, files and store',
    load: async () => (await import('./runtime/commands/verify.ts')).verifyCommand(actors),
  },
  dead: {
    summary: 'lists, shows, replays or forgets dead letters',
    load: async () => (await import('./runtime/commands/dead.ts')).deadCommand(actors),
  },
  alarms: {
    summary: 'lists alarms, acknowledges, shelves, silences them, and more',
    load: async () => {
      const { alarmsCommand } = await import('./runtime/commands/alarms/command.ts');
      const { checkVerb } = await import('./actors/alarm-engine/check-command.ts');
      const { backtestVerb } = await import('./actors/alarm-engine/backtest-command.ts');
      return alarmsCommand(actors, [checkVerb(actors), backtestVerb]);
    },
  },
  auth: {
    summary: 'makes keys for a NATS of your own, a password hash, a bearer token',
    load: async () => (await import('./runtime/commands/auth/command.ts')).authCommand(actors),
  },
  streams: {
    summary: 'makes the streams in a NATS of your own where actors may not',
    load: async () => (await import('./runtime/commands/streams.ts')).streamsCommand(actors),
  },
  dashboards: {
    summary: 'checks Grafana dashboards against the store',
    load: async () => (await import('./runtime/commands/dashboards.ts')).dashboardsCommand(actors),
  },
  rotorooter: {
    summary: 'writes beam files from records that come over TCP or from a recorded stream',
    load: async () => (await import('./actors/rotorooter/command.ts')).rotorooterCommand,
  },
};

const HELP = `Spillway ${VERSION}: beam and detector data from the front ends to those who need it

Usage: spillway COMMAND [OPTIONS]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`)
  .join('\n')}

  spillway COMMAND --help    what a command takes, and an example

Exit codes: 0 fine, 1 something wrong was found, 2 command line or configuration, 3 something needed is away.
`;

async function main(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name = '', ...args] = words;
  if (name === '--version') {
    io.stdout.write(`${VERSION}\n`);
    return ExitCode.ok;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    const asked = name === '' || name === '--help' || name === '-h' || name === 'help';
    if (asked) io.stdout.write(HELP);
    else io.stderr.write(`spillway: no command is called ${name} [USAGE]\n\n${HELP}`);
    return asked && name !== '' ? ExitCode.ok : ExitCode.usage;
  }
  const command = await entry.load();
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(`${command.help.trimEnd()}\n`);
    return ExitCode.ok;
  }
  try {
    return await command.run(args, io);
  } catch (thrown) {
    const { code, message, exit } = describe(thrown);
    // Several problems are a line each, from the start of the line, where editors and people look for file and place.
    const text = message.includes('\n') ? `[${code}]\n${message}` : `${message} [${code}]`;
    io.stderr.write(`spillway ${name}: ${redact(text)}\n`);
    return exit;
  }
}

/** Codes that say that a file or the command line must be written otherwise. */
const WRONG_INPUT: ReadonlySet<string> = new Set(['USAGE', 'DEVICE_LIST_INVALID', 'ALARM_RULES_INVALID']);

/** What to print for an error, and the exit code it stands for. */
function describe(thrown: unknown): { code: string; message: string; exit: ExitCode } {
  // `parseArgs` has its own codes for what it does not understand.
  if (thrown instanceof TypeError && 'code' in thrown && String(thrown.code).startsWith('ERR_PARSE_ARGS')) {
    return { code: 'USAGE', message: `${thrown.message}; see --help`, exit: ExitCode.usage };
  }
  const error = asSpillwayError(thrown);
  const usage = error.code.startsWith('CONFIG_') || WRONG_INPUT.has(error.code);
  const exit = usage ? ExitCode.usage : error.code === 'UNKNOWN' ? ExitCode.found : ExitCode.unavailable;
  const unexpected = error.code === 'UNKNOWN' && error.cause instanceof Error ? error.cause.stack : undefined;
  return { code: error.code, message: unexpected ?? error.message, exit };
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(signal));
// Whoever read our output has gone, as `| head` does: there is nobody to go on for, and nothing to complain of.
process.stdout.on('error', () => stop.abort('SIGPIPE'));

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: stop.signal,
});
