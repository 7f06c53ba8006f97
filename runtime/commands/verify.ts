import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SpillwayError } from '../../protocol/errors.ts';
import type { ActorDefinition } from '../actor.ts';
import { type Command, ExitCode } from '../command.ts';
import { DEFAULT_CONFIG, type ResolvedConfig, resolveConfig } from '../config/resolve.ts';
import { type Nats, openNats } from '../host/nats.ts';
import { createLogger } from '../log.ts';
import { cameraDirectory } from '../up/camera.ts';
import { unsettled } from '../up/settle.ts';
import type { Finding } from '../verify/compare.ts';
import { verifyEvents } from '../verify/events/verify-events.ts';
import { verifyBeamFile } from '../verify/file/beam-file.ts';
import { verifyRunFile } from '../verify/file/run-file.ts';
import { type Asked, booksOf } from '../verify/known.ts';
import { timesOfRun } from '../verify/run-times.ts';
import { verify } from '../verify/verify.ts';
import { type VerifyOptions, verifyOptions } from './verify-options.ts';
import { asText, booksAsText, fileAsText, runAsText } from './verify-text.ts';

const HELP = `Usage: spillway verify [--from TIME] [--to TIME] [--front-end URL] [--json] [--config FILE]
       spillway verify --run NUMBER [--detector NAME] [--json] [--config FILE]
       spillway verify --file PATH [--json] [--config FILE]

Compares front end, streams, files and store, value by value, and says what is missing, double, different or out of
order, and where it was last seen: records of the beam, and events of a camera by their digests, with what was made of
each. Then what the auditor knows of it: accounts, and discrepancies with their causes.

  --from TIME       first time of a trigger or camera event, ISO 8601 (default: an hour ago)
  --to TIME         last one (default: ten seconds ago, so that nothing is still on its way)
  --front-end URL   a front end that keeps a journal of what it served (default: the embedded simulator)
  --run NUMBER      events of one run of a camera, from the file to the summary
  --detector NAME   whose run it is (default: that of event-intake)
  --file PATH       one beam file, or one MIDAS run file: every record or event of it byte by byte, and what streams and
                    store have of its time that is not in it
  --json            one JSON object
  --config FILE     configuration file (default ${DEFAULT_CONFIG})

Exit codes: 0 all there, once and alike, 1 something is not, 2 command line, 3 NATS or the store is away.

Example: spillway verify --from 2026-11-21T00:00:00Z --json`;

/** What was found, the same for a range, a run and a file. */
interface Found {
  readonly result: { readonly findings: readonly Finding[] };
  readonly text: string;
  /** What the auditor is asked of; nothing where no time is known. */
  readonly asked: Asked | undefined;
}

export const verifyCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  help: HELP,
  async run(args, { stdout, env, signal }) {
    const options = verifyOptions(args, Date.now());
    const config = resolveConfig(options.config, actors, env);
    await using nats = await openNats(
      { ...config.nats, experiment: config.experiment, name: 'spillway verify' },
      createLogger('error'),
      AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    );
    const { result, text, asked } = await found(config, nats, options, signal);
    const hasAuditor = config.actors['auditor'] !== undefined && config.actors['recorder'] !== undefined;
    const books = asked && hasAuditor ? await booksOf(config.store, asked) : { lines: [], known: [] };
    const running = actors.filter(({ name }) => config.actors[name] !== undefined);
    // What has not arrived yet looks lost; where nothing does, it does not matter.
    const onItsWay = result.findings.length > 0 ? await unsettled(nats, running, []) : [];
    stdout.write(
      options.json
        ? `${JSON.stringify({ ...result, accounts: books.lines, known: books.known, onItsWay }, undefined, 2)}\n`
        : text + booksAsText(books) + onItsWay.map(line => `still on its way: ${line}\n`).join(''),
    );
    return result.findings.length === 0 ? ExitCode.ok : ExitCode.found;
  },
});

async function found(
  config: ResolvedConfig,
  nats: Nats,
  { scope, frontEnd }: VerifyOptions,
  signal: AbortSignal,
): Promise<Found> {
  const truth = config.embedded.camera && cameraDirectory(config);
  if (scope.kind === 'file') {
    const path = resolve(scope.path);
    await access(path, constants.R_OK).catch((cause: unknown) => {
      throw new SpillwayError('USAGE', `--file: ${scope.path} cannot be read`, { cause });
    });
    const isBeam = /\.mbeam\.raw(\.part)?$/.test(path);
    if (!isBeam && !/\.mid(\.gz)?$/.test(path))
      throw new SpillwayError(
        'USAGE',
        `--file takes a beam file (.mbeam.raw) or a run file (.mid, .mid.gz), not ${scope.path}`,
      );
    const result = isBeam
      ? await verifyBeamFile(config, nats, path)
      : await verifyRunFile(config, nats, path, signal);
    return { result, text: fileAsText(result), asked: result.span };
  }
  if (scope.kind === 'run') {
    const intake = config.actors['event-intake'] as { readonly detector: string } | undefined;
    const detector = scope.detector ?? intake?.detector;
    if (!intake || detector === undefined)
      throw new SpillwayError('USAGE', '--run: this configuration takes no events of a camera');
    const { run } = scope;
    const times = await timesOfRun(nats, detector, run, Date.now());
    const result = await verifyEvents(config, nats, { ...times, truth, run, detector });
    if (!result) throw new SpillwayError('USAGE', '--run: this configuration takes no events of a camera');
    return { result, text: runAsText(run, result), asked: { ...times, run, detector } };
  }
  const { fromMs, toMs } = scope;
  const result = await verify(config, nats, {
    fromMs,
    toMs,
    frontEnd: frontEnd ?? simulatorOf(config),
    truth,
  });
  return { result, text: asText(result), asked: { fromMs, toMs } };
}

/** The simulator that `spillway up` runs serves the monitor and keeps a journal; nobody has to name it. */
const simulatorOf = ({ embedded, actors }: ResolvedConfig): string | undefined => {
  const monitor = actors['beam-monitor'] as { readonly server: string } | undefined;
  return embedded.simulator && monitor?.server;
};
