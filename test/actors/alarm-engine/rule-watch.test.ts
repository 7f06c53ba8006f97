import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { alarmEngine } from '../../../actors/alarm-engine/actor.ts';
import { AlarmEngineConfig } from '../../../actors/alarm-engine/config.ts';
import { findRuleFiles } from '../../../actors/alarm-engine/rule-files.ts';
import { RuleWatch } from '../../../actors/alarm-engine/rule-watch.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { type AlarmRules, digestOfRules } from '../../../protocol/messages/alarm-rules.ts';
import { fakeContext } from '../../helpers/fake-context.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

const rule = (high: number) => `alarms: { a: { title: A, value: "E:A", limits: { high: ${high} } } }\n`;

async function watched() {
  const directory = await temporaryDirectory();
  const rules = join(directory.path, 'alarms');
  await mkdir(rules);
  const offered: AlarmRules['files'][] = [];
  const lines: string[] = [];
  const inForce: { digest: string | undefined; broken: boolean; away: boolean } = {
    digest: undefined,
    broken: false,
    away: false,
  };
  let refused = 0;
  const watch = new RuleWatch({
    places: [rules],
    log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
    inForce: () => inForce.digest,
    check: () => {
      if (inForce.broken) throw new SpillwayError('ALARM_RULES_INVALID', 'alarms/a.yaml:1:1: no');
      return [];
    },
    offer: async files => {
      if (inForce.away) throw new SpillwayError('PUBLISH_FAILED', 'NATS is away');
      offered.push(files);
    },
    refused: () => refused++,
  });
  return Object.assign(directory, {
    watch,
    offered,
    lines,
    inForce,
    refused: () => refused,
    write: (text: string, name = 'a.yaml') => writeFile(join(rules, name), text),
    remove: (name: string) => rm(join(rules, name)),
  });
}

test('files are offered when they differ from the rules in force, once', async () => {
  await using it = await watched();
  await it.write(rule(1));
  await it.watch.look();
  await it.watch.look();
  expect(it.offered).toEqual([[{ path: 'alarms/a.yaml', text: rule(1) }]]);
});

test('files that are in force are not offered again by an engine that has started anew', async () => {
  await using it = await watched();
  await it.write(rule(1));
  it.inForce.digest = digestOfRules([{ path: 'alarms/a.yaml', text: rule(1) }]);
  await it.watch.look();
  expect(it.offered).toEqual([]);
  await it.write(rule(22));
  await it.watch.look();
  await it.watch.look();
  expect(it.offered).toHaveLength(1);
});

test('a file that is still being written is waited for', async () => {
  await using it = await watched();
  await it.write(rule(1));
  await it.watch.look();
  await it.write('alarms: {');
  await it.watch.look();
  await it.write('alarms: {}');
  await it.watch.look();
  expect(it.offered).toHaveLength(1);
  await it.watch.look();
  expect(it.offered).toHaveLength(2);
});

test('a file that is made or taken away is a change', async () => {
  await using it = await watched();
  await it.write(rule(1));
  await it.watch.look();
  await it.write('alarms: {}\n', 'b.yml');
  await it.watch.look();
  await it.watch.look();
  await it.remove('b.yml');
  await it.watch.look();
  await it.watch.look();
  expect(it.offered.map(files => files.map(({ path }) => path))).toEqual([
    ['alarms/a.yaml'],
    ['alarms/a.yaml', 'alarms/b.yml'],
    ['alarms/a.yaml'],
  ]);
});

test('broken files are named in the log and counted once, however often they are looked at, and offered when mended', async () => {
  await using it = await watched();
  it.inForce.broken = true;
  await it.write(rule(1));
  await it.watch.look();
  await it.watch.look();
  expect(it.offered).toEqual([]);
  expect(it.refused()).toBe(1);
  expect(it.lines.join('')).toContain('alarms/a.yaml:1:1: no');
  it.inForce.broken = false;
  await it.watch.look();
  expect(it.offered).toHaveLength(1);
});

test('an offer that is not stored is made again', async () => {
  await using it = await watched();
  await it.write(rule(1));
  it.inForce.away = true;
  await it.watch.look();
  it.inForce.away = false;
  await it.watch.look();
  expect(it.offered).toHaveLength(1);
});

test('a file, a pattern and a directory find the same rules under the same names', async () => {
  await using it = await watched();
  await it.write(rule(1));
  const directory = join(it.path, 'alarms');
  for (const place of [directory, join(directory, '*.yaml'), join(directory, 'a.yaml')])
    expect(await findRuleFiles([place])).toEqual([
      { path: join(directory, 'a.yaml'), name: 'alarms/a.yaml' },
    ]);
});

test('an engine without rules, or with broken ones, does not start, and says what is wrong where', async () => {
  await using it = await watched();
  using context = fakeContext();
  const config = AlarmEngineConfig.parse({ rules: join(it.path, 'alarms') });
  await expect(alarmEngine.start(config, context)).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  await it.write('alarms: { a: { title: 5 } }');
  await expect(alarmEngine.start(config, context)).rejects.toMatchObject({
    code: 'ALARM_RULES_INVALID',
    message: expect.stringContaining('alarms/a.yaml:1:') as string,
  });
  await expect(alarmEngine.check?.(config)).rejects.toMatchObject({ code: 'ALARM_RULES_INVALID' });
  await it.write(rule(1));
  await expect(alarmEngine.check?.(config)).resolves.toBeUndefined();
});
