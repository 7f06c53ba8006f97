import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import { MAX_BLOCK_WORDS, readBlocks } from '../../protocol/raw-block/raw-block.ts';
import { FRAME_HEAD_BYTES, Mark, readCommands } from '../../protocol/rotorooter/rotorooter.ts';
import { type Command, type CommandIo, ExitCode } from '../command.ts';
import { entriesOf, type Selection, select, type Totals } from './dump-entries.ts';
import { formatJson, formatText } from './dump-format.ts';

const HELP = `Usage: spillway dump FILE... [options]

Prints every block of beam files (closed ones and .part), or of a recorded stream of a rotorooter client, and checks
sizes and checksums.

      --json         one JSON object per block and line; NaN and infinities as strings
      --spill N      only records of this spill count
      --device NAME  only this device, and only records that have it; may be given several times
  -h, --help         this text

Problems are always printed. Offsets are bytes from the start of the file, in a recorded stream bytes of records.

Exit codes: 0 all is well, 1 a bad checksum, a torn end or something that is no block, 2 the command line is not
understood, 3 a file cannot be read.

Example: spillway dump B050520_194402.mbeam.raw --device E:TRTGTD
`;

const OPTIONS = {
  json: { type: 'boolean', default: false },
  spill: { type: 'string' },
  device: { type: 'string', multiple: true },
} as const;

interface Request extends Selection {
  readonly files: readonly string[];
  readonly json: boolean;
}

export const dumpCommand: Command = {
  help: HELP,
  async run(args, io) {
    const request = parse(args);
    let worst: ExitCode = ExitCode.ok;
    for (const file of request.files) worst = Math.max(worst, await dumpFile(file, request, io)) as ExitCode;
    return worst;
  },
};

/** @throws SpillwayError USAGE */
function parse(args: readonly string[]): Request {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new SpillwayError('USAGE', cause instanceof Error ? cause.message : 'not understood', { cause });
  }
  const { values, positionals: files } = parsed;
  if (files.length === 0) throw new SpillwayError('USAGE', 'dump: which file?');
  if (values.spill !== undefined && !/^\d+$/.test(values.spill)) {
    throw new SpillwayError('USAGE', `dump: --spill ${values.spill}: a whole number from 0 expected`);
  }
  const devices = values.device && new Set(values.device);
  const spill = values.spill === undefined ? undefined : Number(values.spill);
  return { files, json: values.json, spill, devices };
}

async function dumpFile(
  path: string,
  request: Request,
  { stdout, stderr, signal }: CommandIo,
): Promise<ExitCode> {
  const format = request.json ? formatJson : formatText;
  const totals: Totals = { in: 0, out: 0, problems: 0 };
  if (!request.json) stdout.write(`${path}\n`);
  const file = createReadStream(path, { signal, highWaterMark: 1024 * 1024 });
  try {
    for await (const entry of select(entriesOf(path, readBlocks(blockBytes(file))), request, totals)) {
      if (!stdout.write(format(entry))) await once(stdout, 'drain', { signal });
    }
  } catch (thrown) {
    if (!signal.aborted) stderr.write(`${path}: ${asSpillwayError(thrown).message}\n`);
    return thrown instanceof SpillwayError ? ExitCode.found : ExitCode.unavailable;
  } finally {
    file.destroy();
  }
  if (!request.json) {
    stdout.write(
      `${path}: ${totals.in} in-spill and ${totals.out} out-of-spill records, ${totals.problems} problems\n`,
    );
  }
  return totals.problems > 0 ? ExitCode.found : ExitCode.ok;
}

/** The bytes that hold the blocks: the file itself, or the bodies of the record frames of a recorded stream. */
async function* blockBytes(file: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = file[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const all = chain(first.value, chunks);
  if (!isClientStream(first.value)) {
    yield* all;
    return;
  }
  for await (const command of readCommands(all, { maxBodyBytes: MAX_BLOCK_WORDS * 4 })) {
    if (command.kind === 'record') yield command.bytes;
  }
}

async function* chain<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T, void, undefined> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** A beam file starts with the size 6 of a header block, a client stream with a longer frame and its mark. */
const isClientStream = (start: Buffer): boolean =>
  start.length >= 6 && start.readUInt32LE(0) >= FRAME_HEAD_BYTES && start.readUInt16LE(4) === Mark.command;
