import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alarmRules } from '../../../protocol/messages/alarm-rules.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { natsServer } from '../../helpers/nats.ts';
import { type Outcome, spillway } from '../../helpers/spillway.ts';
import { openTestNats, publishReadings, readingsOf } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

const HIGH = `
modes: [{ name: beam-on, when: "E:TRTGTD > 0" }, { name: maintenance, manual: true }]
alarms:
  a/high: { title: High, value: "E:TRTGTD", limits: { hihi: 5, low: 2 }, stale: never }
`;
const BAD = `
alarms:
  a/b: { title: X, value: "nonsense(1)", limits: { high: 1 } }
  a/c: { title: Y }
`;

const all = new AsyncDisposableStack();
let directory: string;
let alarms: (...args: string[]) => Promise<Outcome>;
afterAll(() => all.disposeAsync());

beforeAll(async () => {
  directory = all.use(await temporaryDirectory()).path;
  const server = all.use(await natsServer());
  const nats = all.use(await openTestNats(server.url));
  const file = join(directory, 'spillway.yaml');
  await writeFile(
    file,
    `experiment: test\nnats: { servers: ["${server.url}"] }\nstore: { url: "http://127.0.0.1:9" }\nactors: { recorder: {} }\n`,
  );
  await writeFile(join(directory, 'high.yaml'), HIGH);
  await writeFile(join(directory, 'bad.yaml'), BAD);
  const older = HIGH.replace('hihi: 5, low: 2', 'hihi: 6');
  const body = { files: [{ path: 'a.yaml', text: older }], by: 'Ada', at: eventTimeFromMs(Date.now()) };
  await publish(nats, { type: alarmRules, body }, [], { deadlineMs: 5000 });
  for (const value of [4, 9, 1, 7, 3]) await publishReadings(nats, readingsOf(value));
  alarms = (...args) => spillway(['alarms', ...args, '--config', file]);
});

const path = (name: string): string => join(directory, name);

test('every problem of a rule file is a line with its place, and the exit code says so', async () => {
  const { code, stderr } = await spillway(['alarms', 'check', path('bad.yaml')]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/bad\.yaml:3:28: .*nonsense/);
  expect(stderr).toMatch(/bad\.yaml:4:8: .*has no condition/);
  expect(stderr).toContain('2 problems [ALARM_RULES_INVALID]');
});

test('names are held against a device list that is given', async () => {
  const fine = await spillway(['alarms', 'check', path('high.yaml')]);
  expect(fine).toMatchObject({ code: 0, stderr: '' });
  expect(fine.stdout).toContain('fine; 1 alarms, 2 modes');
  await writeFile(path('list.yaml'), 'devices: [{ name: "E:OTHER", inOut: in }]\n');
  const checked = await spillway(['alarms', 'check', path('high.yaml'), '--devices', path('list.yaml')]);
  expect(checked.code).toBe(2);
  expect(checked.stderr).toContain('E:TRTGTD');
});

test('the shipped rules are fine', async () => {
  expect(
    await spillway(
      'alarms check alarms --devices fixtures/devices/numi.yaml --detector fixtures/detector/lime.yaml'.split(
        ' ',
      ),
    ),
  ).toMatchObject({
    code: 0,
    stderr: '',
  });
});

test('rules are judged on what the streams hold, against those in force', async () => {
  const { code, stdout } = await alarms(
    'backtest',
    path('high.yaml'),
    '--stream',
    '--json',
    '--against',
    'in-force',
  );
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ messages: 5, readings: 5, comparison: { added: [], vanished: [] } });
  // Of 4, 9, 1, 7, 3 the ones above 5 and below 2 follow one on the other: active without a break, from 9 to 3.
  expect(result.alarms).toMatchObject([
    { alarm: 'a/high', fired: 1, severity: 'MAJOR', byMode: { 'beam-on': 1 }, active: false },
  ]);
  // Under the rules in force 9 and 7 are two.
  expect(result.comparison.changed).toEqual([{ alarm: 'a/high', before: 2, after: 1 }]);
});

test('people get a table, and what is different in words', async () => {
  const { stdout } = await alarms(
    'backtest',
    path('high.yaml'),
    '--stream',
    '--against',
    'in-force',
    '--mode',
    'maintenance',
  );
  expect(stdout).toMatch(/^alarm +fired +severity/);
  expect(stdout).toMatch(/^a\/high +1 +MAJOR .*maintenance 1$/m);
  expect(stdout).toContain('changed: a/high fires 1 times, not 2');
  expect(stdout).toMatch(/^modes: maintenance/m);
});

test('what is not understood is refused before anything is asked', async () => {
  const refused = async (...args: string[]) => {
    const { code, stderr } = await alarms('backtest', ...args);
    return `${code} ${stderr}`;
  };
  expect(await refused()).toMatch(/^2 .*which rules/);
  expect(await refused(path('high.yaml'), '--mode', 'beam-of')).toMatch(
    /^2 .*accepted: beam-on, maintenance/,
  );
  expect(await refused(path('high.yaml'), '--from', 'yesterday')).toMatch(/^2 .*--from takes a time/);
  expect(await refused(path('bad.yaml'))).toMatch(/^2 .*ALARM_RULES_INVALID/);
  expect(await refused(path('none.yaml'))).toMatch(/^2 .*CONFIG_UNREADABLE/);
  expect(await refused(path('high.yaml'))).toMatch(/^3 .*STORE_AWAY/);
});
