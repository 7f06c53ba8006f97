import type { AlarmRules } from '../../protocol/messages/alarm-rules.ts';
import type { AlarmEngineConfig } from './config.ts';
import { readKnown } from './known-devices.ts';
import { compileRules } from './rules/compile-rules.ts';
import { rulesInvalid } from './rules/problems.ts';

type Files = AlarmRules['files'];

/** Compiles rules as the fold will, and holds their names against the device lists, which the fold knows nothing of. */
export async function checkerOf({
  devices,
  detectors,
}: AlarmEngineConfig): Promise<(files: Files) => readonly string[]> {
  const known = await readKnown(devices, detectors);
  return files => {
    const compiled = compileRules(files, known);
    if (!compiled.ok) throw rulesInvalid(compiled.problems);
    return compiled.ruleSet.warnings;
  };
}
