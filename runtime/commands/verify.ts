import { parseArgs } from 'node:util';
import { SpillwayError } from '../../protocol/errors.ts';
import type { ActorDefinition } from '../actor.ts';
import { type Command, ExitCode } from '../command.ts';
import { DEFAULT_CONFIG, type ResolvedConfig, resolveConfig } from '../config/resolve.ts';
import { openNats } from '../host/nats.ts';
import { createLogger } from '../log.ts';
import { cameraDirectory } from '../up/camera.ts';
import { unsettled } from '../up/settle.ts';
import { type Finding, STAGES } from '../verify/compare.ts';
import type { EventVerification } from '../verify/events/verify-events.ts';
import { type Verification, verify } from '../verify/verify.ts';

const HELP = `Usage: spillway verify [--from TIME] [--to TIME] [--front-end URL] [--json] [--config FILE]

Compares front end, streams, files and store, value by value, and says what is missing, double or different, and where
it was last seen: records of the beam, and events of a camera by their digests, with what was made of each.

  --from TIME       first time of a trigger or camera event, ISO 8601 (default: an hour ago)
  --to TIME         last one (default: ten seconds ago, so that nothing is still on its way)
  --front-end URL   a front end that keeps a journal of what it served (default: the embedded simulator)
  --json            one JSON object
  --config FILE     configuration file (default ${DEFAULT_CONFIG})

Exit codes: 0 all there, once and alike, 1 something is not, 2 command line, 3 NATS or the store is away.

Example: spillway verify --from 2026-11-21T00:00:00Z --json`;

export const verifyCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  help: HELP,
  async run(args, { stdout, env, signal }) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        from: { type: 'string' },
        to: { type: 'string' },
        'front-end': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const now = Date.now();
    const scope = {
      fromMs: timeOf('--from', values.from, now - 3_600_000),
      toMs: timeOf('--to', values.to, now - 10_000),
    };
    const config = resolveConfig(values.config, actors, env);
    const frontEnd = values['front-end'] ?? simulatorOf(config);
    await using nats = await openNats(
      { ...config.nats, experiment: config.experiment, name: 'spillway verify' },
      createLogger('error'),
      AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    );
    const truth = config.embedded.camera && cameraDirectory(config);
    const result = await verify(config, nats, { ...scope, frontEnd, truth });
    const running = actors.filter(({ name }) => config.actors[name] !== undefined);
    // What has not arrived yet looks lost; where nothing does, it does not matter.
    const onItsWay = result.findings.length > 0 ? await unsettled(nats, running, []) : [];
    stdout.write(
      values.json
        ? `${JSON.stringify({ ...result, onItsWay }, undefined, 2)}\n`
        : asText(result) + onItsWay.map(line => `still on its way: ${line}\n`).join(''),
    );
    return result.findings.length === 0 ? ExitCode.ok : ExitCode.found;
  },
});

/** The simulator that `spillway up` runs serves the monitor and keeps a journal; nobody has to name it. */
const simulatorOf = ({ embedded, actors }: ResolvedConfig): string | undefined => {
  const monitor = actors['beam-monitor'] as { readonly server: string } | undefined;
  return embedded.simulator && monitor?.server;
};

function timeOf(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const time = Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new SpillwayError('USAGE', `${option} takes a time such as 2026-11-21T00:00:00Z, not ${text}`);
}

/** For people: a table of counts, then what is wrong, then one line that says it all. */
export function asText(result: Verification): string {
  const asked = STAGES.filter(stage => result.spills[stage] !== undefined);
  const row = (name: string, counts: Verification['spills']) =>
    [name.padEnd(14), ...asked.map(stage => String(counts[stage] ?? 0).padStart(10))].join('');
  const { findings } = result;
  return [
    ['records'.padEnd(14), ...asked.map(stage => stage.padStart(10))].join(''),
    row('in spill', result.spills),
    row('out of spill', result.outOfSpill),
    `${result.readings} readings, ${result.values} values in the store; ${result.deadLetters} dead letters`,
    ...(result.events ? eventLines(result.events) : []),
    ...findings.slice(0, 50).map(finding => {
      const { kind, stage, key } = finding;
      return `${kind} at ${stage}: ${key} (${placeOf(finding)})`;
    }),
    ...(findings.length > 50 ? [`and ${findings.length - 50} more`] : []),
    findings.length === 0 ? 'all there, once and alike' : `${findings.length} findings`,
    '',
  ].join('\n');
}

const eventLines = ({ counts, runs, pedestalEvents, sampledOut, missingSerials }: EventVerification) => [
  `camera events: ${Object.entries(counts)
    .map(([stage, count]) => `${stage} ${count}`)
    .join(', ')}`,
  `of them ${pedestalEvents} of pedestal runs, ${sampledOut} sampled out; ${missingSerials} serials missing; ${runs} data runs ended`,
];

function placeOf(finding: Finding): string {
  if (finding.kind === 'lost') return `last seen as ${finding.lastSeen}`;
  if (finding.kind === 'different') return finding.where;
  const { where, expected } = finding;
  return `${where.length}, should be ${expected}: ${where.join(', ')}`;
}
