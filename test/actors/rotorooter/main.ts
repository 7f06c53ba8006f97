import { rotorooterCommand } from '../../../actors/rotorooter/command.ts';

/** `spillway rotorooter` without the rest of the command line, for tests that kill it. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const { stdout, stderr, env } = process;
process.exitCode = await rotorooterCommand.run(process.argv.slice(2), {
  stdout,
  stderr,
  env,
  signal: stop.signal,
});
