import { compileSlowControl } from '../../protocol/detector/slow-control.ts';
import type { ActorContext, RunningActor } from '../../runtime/actor.ts';
import { readDetectorFile } from '../../runtime/config/detector-file.ts';
import type { EventIntakeConfig } from './config.ts';
import { Figures } from './figures.ts';
import { Patience } from './keep/patience.ts';
import { Pipeline } from './keep/pipeline.ts';
import type { Intake } from './run/intake.ts';
import { followDirectory } from './sources/directory.ts';
import { listen } from './sources/listen.ts';
import { takeFile } from './sources/take-file.ts';

export async function start(config: EventIntakeConfig, context: ActorContext): Promise<RunningActor> {
  const description = readDetectorFile(config.equipment);
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.signal, stopping.signal]);
  const { first: firstMs, max: maxMs } = config.backOff;
  const { events: jobs, bytes } = config.inFlight;
  const intake: Intake = {
    context,
    config,
    description,
    slowControl: compileSlowControl(description),
    pipeline: new Pipeline({ jobs, bytes }),
    patience: new Patience(context, { firstMs, maxMs }, signal),
    figures: new Figures(),
    signal,
  };
  const source = await openSource(intake);
  const failed = Promise.withResolvers<never>();
  const running = source.running.catch((thrown: unknown) => {
    if (!signal.aborted) failed.reject(thrown);
  });
  // Whoever waits for it hears of it; where nobody does, it must not end the process.
  failed.promise.catch(() => {});
  return {
    lanes: [],
    failed: failed.promise,
    health: () => ({ ...figuresOf(intake), ...source.health?.() }),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
      await source[Symbol.asyncDispose]?.();
    },
  };
}

/** Where events come from. `running` rejects when they cannot be taken any more. */
interface Source extends Partial<AsyncDisposable> {
  readonly running: Promise<void>;
  readonly health?: () => Record<string, number>;
}

async function openSource(intake: Intake): Promise<Source> {
  const { directory, file, listen: socket } = intake.config.source;
  if (socket) return listen(intake, socket);
  if (directory !== undefined) return { running: followDirectory(intake, directory) };
  return { running: takeOneFile(intake, file ?? '') };
}

async function takeOneFile(intake: Intake, path: string): Promise<void> {
  const over = async (): Promise<boolean> => true;
  const onRead = (): void => undefined;
  await intake.patience.keepTrying(path, () => takeFile(intake, { path, over, onRead }));
}

function figuresOf({ figures, pipeline, patience, context }: Intake): Record<string, number> {
  const { events, slowReadings, runs, run, missing, conflicts, lagBytes, rate } = figures;
  return {
    events,
    slowReadings,
    runs,
    run,
    missing,
    conflicts,
    lagBytes,
    bytesPerSecond: rate.at(context.clock()),
    inFlight: pipeline.jobs,
    waiting: patience.waiting ? 1 : 0,
  };
}
