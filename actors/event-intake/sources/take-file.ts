import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { asSpillwayError, type SpillwayError } from '../../../protocol/errors.ts';
import type { RunEnd } from '../../../protocol/messages/run-transition.ts';
import type { BadEvent, StreamedEvent } from '../../../protocol/midas/midas.ts';
import { readRunFile, type SteppedOver } from '../../../runtime/midas-file.ts';
import type { Intake } from '../run/intake.ts';
import { openRun } from '../run/open-run.ts';
import type { RunTaking } from '../run/run-taking.ts';
import { runInName } from './run-name.ts';

export interface FileTaking {
  readonly path: string;
  /** Whether it grows no more; asked where it ends without the end of its run. */
  readonly over: () => Promise<boolean>;
  /** Told how many bytes of it, as it is on disk, are done with. */
  readonly onRead: (bytes: number) => void;
}

type Unit = StreamedEvent | BadEvent | SteppedOver;

/** How a file ended without the end of its run. */
type Cut = Pick<RunEnd, 'ending' | 'error'>;

/**
 * Takes a run file to its end, from where an earlier life has left it. Resolves when everything of it is kept, or when the signal
 * aborts. A run whose file ends too early, or cannot be read on, ends with what was whole in it.
 * @returns the run in it; undefined where there is none
 * @throws the error of the file system where it cannot be read; SpillwayError where something cannot be kept
 */
export async function takeFile(intake: Intake, file: FileTaking): Promise<number | undefined> {
  const { signal, config, pipeline } = intake;
  // What was on its way when the file could not be read is known by now.
  await pipeline.finished();
  const taker = new FileTaker(intake, file.path);
  const units = readRunFile(file.path, {
    limits: { maxEventBytes: config.maxEvent },
    signal,
    follow: { pollMs: config.poll, over: file.over },
    have: offset => taker.have(offset),
    onRead: file.onRead,
  });
  let cut: Cut = { ending: 'interrupted', error: interrupted('the file has no end of the run') };
  try {
    for await (const unit of units) {
      const done = await taker.take(unit);
      if (done) return await settle(taker);
    }
  } catch (thrown) {
    const error = asSpillwayError(thrown);
    if (error.code !== 'MIDAS_TRUNCATED' && error.code !== 'MIDAS_MALFORMED') throw thrown;
    cut = cutBy(error);
  }
  signal.throwIfAborted();
  await taker.end(cut);
  return await settle(taker);

  async function settle({ run }: FileTaker): Promise<number | undefined> {
    await pipeline.finished();
    return run;
  }
}

const cutBy = ({ code, message }: SpillwayError): Cut => ({
  ending: code === 'MIDAS_TRUNCATED' ? 'truncated' : 'malformed',
  error: { code, message },
});

const interrupted = (message: string): Cut['error'] => ({ code: 'MIDAS_TRUNCATED', message });

/** What looks like an event of MIDAS' own, at a time that is not of the run. */
const NO_EVENT = 'an id of MIDAS, and a time that is not of the run';

/** The one run of a file, unit by unit. */
class FileTaker {
  readonly #intake: Intake;
  readonly #path: string;
  #taking: RunTaking | undefined;
  run: number | undefined;

  constructor(intake: Intake, path: string) {
    this.#intake = intake;
    this.#path = path;
  }

  have(offset: number): number | undefined {
    return this.#taking?.have(offset);
  }

  /** @returns whether nothing more of the file is wanted */
  async take(unit: Unit): Promise<boolean> {
    const before = this.#taking;
    const taking = before ?? (await this.#begin(unit));
    if (!taking) return true;
    if (unit.kind === 'end-of-run') {
      await taking.end('end-of-run', null, unit);
      return true;
    }
    if (unit.kind === 'begin-of-run' && before) {
      const message = `run ${unit.runNumber} begins at byte ${unit.offset} of ${this.#path}`;
      await taking.end('interrupted', interrupted(message));
      return true;
    }
    if (unit.kind === 'stepped-over') taking.takeStored(unit);
    else if (unit.kind === 'begin-of-run' || unit.kind === 'message') await taking.takeText(unit);
    else if (!(unit.kind === 'bad' ? await taking.takeBad(unit) : await taking.takeData(unit))) {
      const reason = unit.kind === 'bad' ? unit.reason : NO_EVENT;
      const message = `${this.#path}: event at byte ${unit.offset}: ${reason}`;
      await taking.end('malformed', { code: 'MIDAS_MALFORMED', message });
      return true;
    }
    return false;
  }

  /** The file ended without the end of its run. */
  async end({ ending, error }: Cut): Promise<void> {
    const taking = this.#taking ?? (await this.#begin(undefined));
    await taking?.end(ending, error);
  }

  /** A file that does not begin with the begin of its run has it in its name. */
  async #begin(unit: Unit | undefined): Promise<RunTaking | undefined> {
    const source = basename(this.#path);
    const named = runInName(source);
    const isBegin = unit?.kind === 'begin-of-run';
    const run = isBegin ? unit.runNumber : named;
    const { context } = this.#intake;
    if (run === undefined) {
      context.count('refused', { reason: 'MIDAS_MALFORMED' });
      context.log.error(
        { file: this.#path },
        'not taken: it begins without the begin of a run, and has no run in its name',
      );
      return undefined;
    }
    if (named !== undefined && named !== run)
      context.log.warn({ file: source, run }, `${source} holds run ${run}`);
    const plausible = unit && 'header' in unit && unit.kind !== 'bad' ? unit.header.time : undefined;
    const time = plausible ?? Math.floor((await stat(this.#path)).mtimeMs / 1000);
    const dump = isBegin ? unit.dump : null;
    const reason = 'the file has no begin-of-run event';
    const opened = await openRun(this.#intake, { run, time, dump, reason, source, rereadable: true });
    this.run = run;
    if (typeof opened === 'string') return undefined;
    this.#taking = opened;
    return opened;
  }
}
