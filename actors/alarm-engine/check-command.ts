import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { ActorDefinition } from '../../runtime/actor.ts';
import { ExitCode } from '../../runtime/command.ts';
import type { AlarmVerb } from '../../runtime/commands/alarms/verb.ts';
import { DEFAULT_CONFIG, loadConfig } from '../../runtime/config/resolve.ts';
import type { AlarmEngineConfig } from './config.ts';
import { readKnown } from './known-devices.ts';
import { findRuleFiles, readRuleFiles } from './rule-files.ts';
import { compileRules } from './rules/compile-rules.ts';
import { formatProblem } from './rules/problems.ts';

/** `spillway alarms check`: needs nothing that runs. */
export const checkVerb = (actors: readonly ActorDefinition<unknown>[]): AlarmVerb => ({
  name: 'check',
  usage: '[RULES…] [--devices FILE] [--detector FILE]',
  summary: 'checks rule files (default: those of the configuration) and names every problem with its place',
  async run(args, { stdout, stderr }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        devices: { type: 'string', multiple: true, default: [] },
        detector: { type: 'string', multiple: true, default: [] },
      },
    });
    const section =
      positionals.length === 0 || values.config !== undefined
        ? (loadConfig(values.config ?? DEFAULT_CONFIG, actors).actors['alarm-engine'] as
            | AlarmEngineConfig
            | undefined)
        : undefined;
    const places = positionals.length > 0 ? positionals : (section?.rules ?? ['alarms']);
    // By the path from here, where editors and people look for it.
    const found = await findRuleFiles(places);
    const files = await readRuleFiles(found.map(({ path }) => ({ path, name: relative('', path) })));
    const known = await readKnown(
      [...(section?.devices ?? []), ...values.devices],
      [...(section?.detectors ?? []), ...values.detector],
    );
    const compiled = compileRules(files, known);
    if (!compiled.ok) {
      for (const problem of compiled.problems) stderr.write(`${formatProblem(problem)}\n`);
      stderr.write(`${compiled.problems.length} problems [ALARM_RULES_INVALID]\n`);
      return ExitCode.usage;
    }
    const { rules, modes, quantities, warnings } = compiled.ruleSet;
    for (const warning of warnings) stdout.write(`${warning}\n`);
    stdout.write(
      `${files.map(({ path }) => path).join(', ')}: fine; ${rules.size} alarms, ${modes.length} modes, ${quantities.size} quantities\n`,
    );
    return ExitCode.ok;
  },
});
