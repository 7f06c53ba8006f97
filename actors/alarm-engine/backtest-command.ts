import { parseArgs } from 'node:util';
import { SpillwayError } from '../../protocol/errors.ts';
import { alarmRules } from '../../protocol/messages/alarm-rules.ts';
import { subjects } from '../../protocol/subjects.ts';
import { type CommandIo, ExitCode } from '../../runtime/command.ts';
import type { AlarmSystem, AlarmVerb } from '../../runtime/commands/alarms/verb.ts';
import { DEFAULT_CONFIG } from '../../runtime/config/resolve.ts';
import { lastPerSubject } from '../../runtime/host/last-per-subject.ts';
import type { Nats } from '../../runtime/host/nats.ts';
import { openStore } from '../../runtime/store/connection.ts';
import { type BacktestResult, backtest, RUN_IN_MS, type RuleFiles } from './backtest/backtest.ts';
import { compare } from './backtest/compare.ts';
import type { Range } from './backtest/range.ts';
import { recorded, rulesInForce } from './backtest/recorded.ts';
import { asJson, asText } from './backtest/report.ts';
import { streamed } from './backtest/streamed.ts';
import { findRuleFiles, readRuleFiles } from './rule-files.ts';
import { compileRules } from './rules/compile-rules.ts';
import { rulesInvalid } from './rules/problems.ts';

const DAY_MS = 86_400_000;

/** Rules that `--against` can name instead of files. */
const IN_FORCE = 'in-force';

interface Wanted {
  readonly config: string;
  readonly range: Range;
  readonly mode: string | undefined;
  readonly rules: RuleFiles;
  readonly against: string | undefined;
}

export const backtestVerb: AlarmVerb = {
  name: 'backtest',
  usage: 'RULES… [--from TIME] [--to TIME] [--mode MODE] [--against in-force|RULES] [--stream] [--json]',
  summary:
    'says what rules would have done (default: with the last day in the store; --stream: in the streams)',
  async run(args, io, system) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: DEFAULT_CONFIG },
        from: { type: 'string' },
        to: { type: 'string' },
        mode: { type: 'string' },
        against: { type: 'string' },
        stream: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    if (positionals.length === 0) throw new SpillwayError('USAGE', 'say which rules: files or a directory');
    const to = timeOf('--to', values.to, system.clock());
    const range = { from: timeOf('--from', values.from, to - DAY_MS), to };
    if (range.from >= range.to) throw new SpillwayError('USAGE', '--from must be before --to');
    const { config, mode, against } = values;
    const wanted = { config, range, mode, against, rules: await checkedRules(positionals, mode) };
    const began = performance.now();
    const [result, other] = await (values.stream ? fromStreams : fromStore)(wanted, system);
    const report = {
      range,
      result,
      ...(other && { comparison: compare(result.alarms, other.alarms) }),
      tookMs: performance.now() - began,
    };
    print(io, values.json ? asJson(report) : asText(report));
    return ExitCode.ok;
  },
};

type Results = readonly [result: BacktestResult, against?: BacktestResult];

async function fromStore(wanted: Wanted, system: AlarmSystem): Promise<Results> {
  await using store = openStore(system.config(wanted.config).store);
  const sets = await ruleSets(wanted, () => rulesInForce(store));
  const messages = recorded(store, withRunIn(wanted.range), sets, { modes: wanted.mode === undefined });
  return resultsOf(await backtest(sets, messages, wanted));
}

async function fromStreams(wanted: Wanted, system: AlarmSystem): Promise<Results> {
  await using nats = await system.connect(wanted.config);
  const sets = await ruleSets(wanted, () => lastOffered(nats));
  const messages = streamed(nats, withRunIn(wanted.range), { modes: wanted.mode === undefined });
  return resultsOf(await backtest(sets, messages, wanted));
}

async function ruleSets(
  { rules, against }: Wanted,
  inForce: () => Promise<RuleFiles>,
): Promise<readonly RuleFiles[]> {
  if (against === undefined) return [rules];
  if (against !== IN_FORCE) return [rules, await checkedRules([against], undefined)];
  const files = await inForce();
  if (files.length === 0)
    throw new SpillwayError('ALARM_RULES_INVALID', 'no rules have ever been in force here');
  return [rules, files];
}

const lastOffered = async (nats: Nats): Promise<RuleFiles> => {
  const [last] = await lastPerSubject(nats, alarmRules, subjects.alarmRules(nats.experiment));
  return last?.files ?? [];
};

function resultsOf([result, other]: readonly BacktestResult[]): Results {
  if (!result) throw new Error('a backtest has a result for each rule set');
  return other ? [result, other] : [result];
}

/** @throws SpillwayError ALARM_RULES_INVALID, CONFIG_UNREADABLE; USAGE for a mode that the rules do not know */
async function checkedRules(places: readonly string[], mode: string | undefined): Promise<RuleFiles> {
  const files = await readRuleFiles(await findRuleFiles(places));
  const compiled = compileRules(files);
  if (!compiled.ok) throw rulesInvalid(compiled.problems);
  const modes = compiled.ruleSet.modes.map(({ name }) => name);
  if (mode !== undefined && !modes.includes(mode))
    throw new SpillwayError(
      'USAGE',
      `--mode ${mode} is not declared; accepted: ${modes.join(', ') || 'none'}`,
    );
  return files;
}

const withRunIn = ({ from, to }: Range): Range => ({ from: from - RUN_IN_MS, to });

function timeOf(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const time = Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new SpillwayError('USAGE', `${option} takes a time such as 2026-11-21T00:00:00Z, not ${text}`);
}

const print = ({ stdout }: CommandIo, text: string): boolean => stdout.write(text);
