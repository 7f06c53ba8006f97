import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { AlarmEngineConfig } from '../../actors/alarm-engine/config.ts';
import { readKnown } from '../../actors/alarm-engine/known-devices.ts';
import { findRuleFiles, readRuleFiles } from '../../actors/alarm-engine/rule-files.ts';
import { compileRules } from '../../actors/alarm-engine/rules/compile-rules.ts';
import { formatProblem } from '../../actors/alarm-engine/rules/problems.ts';
import { ROOT } from '../helpers/system.ts';

test.each([
  'spillway.yaml',
  'deploy/compose/spillway.yaml',
  'deploy/systemd/spillway.yaml',
  'deploy/kubernetes/demo/spillway.yaml',
  'deploy/kubernetes/production/spillway.yaml',
])('%s watches no actor that it does not run: it would be "gone" for ever', async path => {
  const text = (await readFile(join(ROOT, path), 'utf8')).replaceAll('/opt/spillway', ROOT);
  const { actors } = parse(text) as { actors: Record<string, Record<string, unknown>> };
  const { rules, devices, detectors } = AlarmEngineConfig.parse(actors['alarm-engine']);
  const at = (places: readonly string[]) =>
    places.map(place => join(place.startsWith('/') ? '' : ROOT, place));
  const files = await readRuleFiles(await findRuleFiles(at(rules)));
  const known = await readKnown(at(devices), at(detectors));
  const compiled = compileRules(files, { ...known, actors: new Set(Object.keys(actors)) });
  expect(compiled.ok ? [] : compiled.problems.map(formatProblem)).toEqual([]);
});
