import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { multistream } from 'pino';
import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { type Command, type CommandIo, ExitCode } from '../../runtime/command.ts';
import { createLogger } from '../../runtime/log.ts';
import { DEFAULT_PORT, RotorooterConfig } from './config.ts';
import { type DaemonOptions, replayStream, startDaemon } from './daemon.ts';

/** Port names of the original; 9013 for the beam monitor is our choice, the next in its row. */
const PORTS: Readonly<Record<string, number>> = { daq: 9011, dcp: 9011, dcs: 9012, beammon: DEFAULT_PORT };

/** Debug levels of the original were numbers. */
const LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const;

const HELP = `Usage: spillway rotorooter [options]

Takes records over TCP and writes them into beam files. Needs no NATS and no configuration file.

  -p PORT            port to listen on: a number, daq or dcp (9011), dcs (9012), beammon (9013); or a file with
                     a recorded stream (/dev/stdin too), which is written and ends the program. Default beammon
      --directory D  where the files go. Default .
  -a                 files of an earlier run may be overwritten. Without it a number is put into the name
  -b WORDS           32-bit words of records held in memory while the disk is busy. Default 4194304
  -v LEVEL           0 to 4, or error, warn, info, debug, trace. Default info
  -e                 log to standard output as well as to standard error
  -D                 TCP_NODELAY: send replies at once
      --host H       address to listen on. Default 127.0.0.1
      --allow CIDR   network clients may come from; may be given several times. Default loopback
      --hours N      period of one file. Default 4
      --bytes SIZE   most bytes of one file. Default 1GiB
  -h, --help         this text

Exit codes: 0 stopped or all of the file written, 1 the file holds something that is not a record,
2 the command line is not understood, 3 the directory, port or file cannot be used.

Example: spillway rotorooter -p beammon --directory /data/beam --allow 192.168.0.0/16
`;

const OPTIONS = {
  port: { type: 'string', short: 'p', default: 'beammon' },
  directory: { type: 'string', default: '.' },
  overwrite: { type: 'boolean', short: 'a', default: false },
  buffer: { type: 'string', short: 'b', default: '4194304' },
  verbose: { type: 'string', short: 'v', default: 'info' },
  echo: { type: 'boolean', short: 'e', default: false },
  nodelay: { type: 'boolean', short: 'D', default: false },
  host: { type: 'string' },
  allow: { type: 'string', multiple: true },
  hours: { type: 'string', default: '4' },
  bytes: { type: 'string', default: '1GiB' },
} as const;

/** What the command line asks for: a daemon, or a file to write. */
interface Request {
  readonly config: RotorooterConfig & { readonly directory: string };
  readonly input: string | undefined;
  readonly level: string;
  readonly echo: boolean;
}

/** @throws SpillwayError USAGE with every option that is not understood. */
function read(args: readonly string[]): Request {
  let values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
  try {
    values = parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (cause) {
    throw new SpillwayError('USAGE', cause instanceof Error ? cause.message : 'not understood', { cause });
  }
  const port = PORTS[values.port] ?? (/^\d+$/.test(values.port) ? Number(values.port) : undefined);
  const config = RotorooterConfig.safeParse({
    directory: values.directory,
    port,
    host: values.host,
    allow: values.allow,
    roll: { hours: Number(values.hours), bytes: values.bytes },
    overwrite: values.overwrite,
    maxPendingBytes: `${Number(values.buffer) * 4}B`,
    noDelay: values.nodelay,
  });
  if (!config.success) throw new SpillwayError('USAGE', z.prettifyError(config.error));
  const level = LEVELS[Number(values.verbose)] ?? values.verbose;
  if (!LEVELS.some(known => known === level)) {
    throw new SpillwayError('USAGE', `-v ${values.verbose}: 0 to 4, or one of ${LEVELS.join(', ')}`);
  }
  const input = port === undefined ? values.port : undefined;
  return { config: { ...config.data, directory: values.directory }, input, level, echo: values.echo };
}

export const rotorooterCommand: Command = {
  help: HELP,
  async run(args, io) {
    const { config, input, level, echo } = read(args);
    const streams = [{ level: 'trace' as const, stream: io.stderr }];
    if (echo) streams.push({ level: 'trace', stream: io.stdout });
    const log = createLogger(level, multistream(streams));
    const options: DaemonOptions = { ...config, log, clock: Date.now, random: Math.random };
    try {
      return await (input === undefined ? listen(options, io) : replay(input, options, io));
    } catch (error) {
      log.fatal({ err: error }, 'cannot go on');
      return ExitCode.unavailable;
    }
  },
};

async function listen(options: DaemonOptions, { signal }: CommandIo): Promise<ExitCode> {
  await using _daemon = await startDaemon(options);
  if (!signal.aborted) await once(signal, 'abort');
  return ExitCode.ok;
}

async function replay(path: string, options: DaemonOptions, { signal }: CommandIo): Promise<ExitCode> {
  const input = createReadStream(path, { signal });
  // Before the directory is touched: a file that cannot be read leaves no trace.
  await once(input, 'ready');
  const cut = await replayStream(input, options);
  if (!cut) return ExitCode.ok;
  options.log.error(
    { path, status: cut.status, reason: cut.message },
    'stopped at something that is no record',
  );
  return ExitCode.found;
}
