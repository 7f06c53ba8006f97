import { backtestVerb } from './actors/alarm-engine/backtest-command.ts';
import { checkVerb } from './actors/alarm-engine/check-command.ts';
import { authCommand } from './actors/gateway/command.ts';
import { actors } from './actors/index.ts';
import { rotorooterCommand } from './actors/rotorooter/command.ts';
import { asSpillwayError } from './protocol/errors.ts';
import { type Command, type CommandIo, ExitCode } from './runtime/command.ts';
import { alarmsCommand } from './runtime/commands/alarms/command.ts';
import { checkCommand } from './runtime/commands/check.ts';
import { dashboardsCommand } from './runtime/commands/dashboards.ts';
import { deadCommand } from './runtime/commands/dead.ts';
import { dumpCommand } from './runtime/commands/dump.ts';
import { runCommand } from './runtime/commands/run.ts';
import { upCommand } from './runtime/commands/up.ts';
import { verifyCommand } from './runtime/commands/verify.ts';
import { redact } from './runtime/log.ts';
import { VERSION } from './runtime/version.ts';

const commands: readonly Command[] = [
  upCommand(actors),
  runCommand(actors),
  checkCommand(actors),
  dumpCommand,
  verifyCommand(actors),
  deadCommand(actors),
  alarmsCommand(actors, [checkVerb(actors), backtestVerb]),
  authCommand(),
  dashboardsCommand(actors),
  rotorooterCommand,
];

const HELP = `Spillway ${VERSION}: beam and detector data from the front ends to those who need it

Usage: spillway COMMAND [OPTIONS]

${commands.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

  spillway COMMAND --help    what a command takes, and an example

Exit codes: 0 fine, 1 something wrong was found, 2 command line or configuration, 3 something needed is away.
`;

async function main(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name, ...args] = words;
  if (name === '--version') {
    io.stdout.write(`${VERSION}\n`);
    return ExitCode.ok;
  }
  const command = commands.find(candidate => candidate.name === name);
  if (!command) {
    const asked = name === undefined || name === '--help' || name === '-h' || name === 'help';
    if (asked) io.stdout.write(HELP);
    else io.stderr.write(`spillway: no command is called ${name} [USAGE]\n\n${HELP}`);
    return asked && name !== undefined ? ExitCode.ok : ExitCode.usage;
  }
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
    io.stderr.write(`spillway ${command.name}: ${redact(text)}\n`);
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
