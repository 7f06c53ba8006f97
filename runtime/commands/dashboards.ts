import { parseArgs } from 'node:util';
import { type CheckOptions, checkBoard, type Timing } from '../../dashboards/check/check.ts';
import { asLine, type Finding } from '../../dashboards/check/finding.ts';
import { timeRange } from '../../dashboards/expand/time-range.ts';
import { readBoard } from '../../dashboards/read-board.ts';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import type { ActorDefinition } from '../actor.ts';
import { type Command, type CommandIo, ExitCode } from '../command.ts';
import { DEFAULT_CONFIG, resolveConfig } from '../config/resolve.ts';
import { openStore, type Store } from '../store/connection.ts';
import { boardFiles, readText } from './dashboard-files.ts';

const HELP = `Usage: spillway dashboards check [FILE...] [--from TIME] [--to TIME] [--json] [--allow-empty]

Checks Grafana dashboards (classic JSON, ours or yours) without a Grafana: reads them, puts in variables and macros as
Grafana and its ClickHouse plugin do, runs every query on the store as the account that Grafana uses, and judges what
comes back against the panel that would draw it. Tells the time of each query, and how many rows the index leaves to
be read.

  FILE              dashboards, or directories of them (default: those that come with Spillway)
  --from TIME       begin of the range: now-6h, now/d, ISO 8601 (default now-1h)
  --to TIME         its end (default now)
  --allow-empty     panels without rows are fine, e.g. on a new store
  --most-rows N     more rows than this are a finding (default 50000)
  --slow MS         a query that takes longer is a finding (default 5000)
  --user NAME       account of the store (default grafana); its password in SPILLWAY_DASHBOARDS_PASSWORD
  --json            one JSON object: findings and queries
  --config FILE     configuration file (default ${DEFAULT_CONFIG})

Exit codes: 0 nothing found, 1 something found, 2 command line or configuration, 3 the store is away.

Example: spillway dashboards check my-board.json --from now-1y`;

const PASSWORD_VARIABLE = 'SPILLWAY_DASHBOARDS_PASSWORD';

export const dashboardsCommand = (actors: readonly ActorDefinition<unknown>[]): Command => ({
  help: HELP,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        from: { type: 'string', default: 'now-1h' },
        to: { type: 'string', default: 'now' },
        user: { type: 'string', default: 'grafana' },
        'most-rows': { type: 'string', default: '50000' },
        slow: { type: 'string', default: '5000' },
        'allow-empty': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const [word, ...names] = positionals;
    if (word !== 'check')
      throw new SpillwayError('USAGE', 'spillway dashboards knows one word: check; see --help');
    const options: CheckOptions = {
      range: asked(() => timeRange(values.from, values.to, Date.now())),
      mostRows: positive('--most-rows', values['most-rows']),
      slowMs: positive('--slow', values.slow),
      allowEmpty: values['allow-empty'],
      signal: io.signal,
    };
    const { store: configured } = resolveConfig(values.config, actors, io.env);
    await using store = openStore({
      ...configured,
      user: values.user,
      password: io.env[PASSWORD_VARIABLE] ?? '',
    });
    const report = await checkFiles(store, await boardFiles(names), options);
    write(report, values.json, io);
    return report.findings.length === 0 ? ExitCode.ok : ExitCode.found;
  },
});

interface Report {
  readonly findings: readonly Finding[];
  readonly timings: readonly Timing[];
  readonly boards: number;
}

async function checkFiles(store: Store, files: readonly string[], options: CheckOptions): Promise<Report> {
  const findings: Finding[] = [];
  const timings: Timing[] = [];
  for (const file of files) {
    try {
      const report = await checkBoard(store, readBoard(await readText(file)), file, options);
      findings.push(...report.findings);
      timings.push(...report.timings);
    } catch (thrown) {
      const error = asSpillwayError(thrown);
      if (error.code !== 'BOARD_INVALID') throw error;
      findings.push({ board: file, rule: 'board', message: error.message });
    }
  }
  return { findings, timings, boards: files.length };
}

function write({ findings, timings, boards }: Report, json: boolean, { stdout }: CommandIo): void {
  if (json) {
    stdout.write(`${JSON.stringify({ boards, findings, queries: timings }, undefined, 2)}\n`);
    return;
  }
  for (const { board, place, target, ms, rows, readRows } of timings)
    stdout.write(
      `${String(Math.round(ms)).padStart(6)} ms ${String(rows).padStart(7)} rows ${String(readRows ?? '?').padStart(9)} read  ${board}, ${place}, ${target}\n`,
    );
  for (const finding of findings) stdout.write(`${asLine(finding)}\n`);
  const sorted = timings.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  stdout.write(
    `${boards} boards, ${timings.length} queries, median ${at(0.5)} ms, 95 % within ${at(0.95)} ms; ${
      findings.length === 0 ? 'nothing found' : `${findings.length} findings`
    }\n`,
  );
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new SpillwayError('USAGE', `${option} takes a number above 0, not ${text}`);
}

/** A time that is not understood is a mistake of the command line here. */
function asked<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    throw new SpillwayError('USAGE', asSpillwayError(thrown).message, { cause: thrown });
  }
}
