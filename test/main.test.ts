import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { ROOT, spillway } from './helpers/spillway.ts';
import { temporaryDirectory } from './helpers/temporary-directory.ts';

const COMMANDS = [
  'up',
  'run',
  'check',
  'dump',
  'verify',
  'dead',
  'alarms',
  'auth',
  'streams',
  'dashboards',
  'rotorooter',
];

test.each([
  { args: [], code: 2 },
  { args: ['--help'], code: 0 },
  { args: ['-h'], code: 0 },
  { args: ['help'], code: 0 },
])('somebody who types $args learns which commands there are', async ({ args, code }) => {
  const told = await spillway(args);
  expect(told).toMatchObject({ code, stderr: '' });
  for (const command of COMMANDS) expect(told.stdout).toMatch(new RegExp(`^ {2}${command} +\\S`, 'm'));
  expect(told.stdout).toContain('spillway COMMAND --help');
});

test('a command that is not there is told on standard error, with those that are', async () => {
  const { code, stdout, stderr } = await spillway(['vrify']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^spillway: no command is called vrify \[USAGE\]\n/);
  expect(stderr).toContain('verify');
});

test.each(COMMANDS)('%s --help tells usage, exit codes and an example, in lines that fit', async command => {
  const { code, stdout, stderr } = await spillway([command, '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Usage: spillway ${command}`));
  expect(stdout).toMatch(/^Exit codes: 0 /m);
  expect(stdout).toMatch(new RegExp(`^Example: spillway ${command} `, 'm'));
  expect(stdout.split('\n').filter(line => line.length > 120)).toEqual([]);
});

test('--version tells the version of the package', async () => {
  expect(await spillway(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

test.each(COMMANDS)('%s does not guess what an option it does not know means', async command => {
  const { code, stdout, stderr } = await spillway([command, '--frobnicate']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^spillway ${command}: .*--frobnicate.*\\[USAGE\\]\\n$`));
});

test.each([
  [['up', '--report', 'x.json'], '--report needs --duration'],
  [['up', '--duration', '30'], '--duration 30: must be a number with a unit (ms, s, m, h, d)'],
  [['up', '--duration', '-5s'], '--duration'],
  [['up', '--speed', 'fast'], '--speed takes a number from 0 up, not fast'],
  [['up', '--duration', '1s', '--report', '/nowhere/x.json'], 'the directory is not there or not writable'],
  [['run'], 'name at least one actor: beam-monitor, spill-packer'],
  [['run', 'spil-packer'], 'no actor is called spil-packer; there are beam-monitor, spill-packer'],
  [['verify', '--from', 'yesterday'], '--from takes a time such as 2026-11-21T00:00:00Z, not yesterday'],
  [['dead'], 'say what to do: list, show, replay, forget'],
  [['dead', 'burn', '1'], 'say what to do'],
  [['dead', 'show', 'first'], '"first" is not the number of a dead letter'],
  [['dead', 'forget'], 'either numbers of dead letters or --all'],
  [['alarms'], 'say what to do: list, show, ack'],
  [['alarms', 'kill', 'beam/horn'], 'say what to do'],
  [['alarms', 'ack'], 'give one alarm'],
  [['alarms', 'ack', 'Beam'], 'must be lower-case letters'],
  [['alarms', 'ack', 'beam/horn', '--expected', 'x'], '--expected takes the number of a transition, not x'],
  [['alarms', 'shelve', 'beam/horn', '--note', 'x', '--for', '2'], '--for 2: must be a number with a unit'],
  [['alarms', 'disable', 'beam/horn'], 'disable needs a --note that says why'],
  [['alarms', 'list', '--state', 'bad'], '--state takes one of normal'],
  [['alarms', 'silence', 'add', 'area', '--note', 'x', '--for', '1h'], 'must be a matcher such as'],
  [['alarms', 'notify', 'x', '--severity', 'bad'], '--severity: '],
  [['auth'], 'say what to make: init, hash, token'],
  [['dump'], 'which file?'],
])('%j is told to be wrong before anything is started or reached', async (args, message) => {
  const { code, stdout, stderr } = await spillway(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).toContain('[USAGE]');
});

test('a configuration that is not there is named, by every command that needs one', async () => {
  for (const args of [['up'], ['run', 'recorder'], ['check'], ['verify'], ['dead', 'list']]) {
    const { code, stderr } = await spillway([...args, '--config', '/nowhere/numi.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('/nowhere/numi.yaml: cannot be read [CONFIG_UNREADABLE]');
  }
});

const EMBEDDED = `experiment: numi
embedded: { nats: {}, clickhouse: {} }
actors: { spill-packer: {} }
`;

test('an actor without a section is refused whether or not anything runs', async () => {
  await using directory = await temporaryDirectory();
  const config = join(directory.path, 'numi.yaml');
  await writeFile(config, EMBEDDED);
  const { code, stderr } = await spillway(['run', 'recorder', '--config', config]);
  expect(code).toBe(2);
  expect(stderr).toContain('no section actors.recorder');
  expect(stderr).toContain('[CONFIG_INVALID]');
});

test.each([[['verify']], [['dead', 'list']], [['run', 'spill-packer']]])(
  '%j says that nothing runs, and where it looked',
  async args => {
    await using directory = await temporaryDirectory();
    const config = join(directory.path, 'numi.yaml');
    await writeFile(config, EMBEDDED);
    const { code, stdout, stderr } = await spillway([...args, '--config', config]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`no "spillway up" of ${join(directory.path, 'data')} is running`);
    expect(stderr).toContain('[NATS_AWAY]');
  },
);

test('verify and dead give up on a NATS that does not answer, and say which', async () => {
  await using directory = await temporaryDirectory();
  const config = join(directory.path, 'numi.yaml');
  await writeFile(
    config,
    'experiment: numi\nnats: { servers: ["nats://127.0.0.1:9"] }\nstore: { url: "http://127.0.0.1:9" }\nactors: {}\n',
  );
  const given = [['verify'], ['dead', 'list']].map(args => spillway([...args, '--config', config]));
  for (const { code, stderr } of await Promise.all(given)) {
    expect(code).toBe(3);
    expect(stderr).toContain('NATS at nats://127.0.0.1:9 does not answer [NATS_AWAY]');
  }
});

test('paths in a configuration are relative to it, from whatever directory a command is run', async () => {
  await using directory = await temporaryDirectory();
  const elsewhere = join(directory.path, 'elsewhere');
  await mkdir(join(directory.path, 'lists'));
  await mkdir(elsewhere);
  await writeFile(join(directory.path, 'lists', 'two.txt'), 'E:TRTGTD in\nE:TR101D in\n');
  await writeFile(join(directory.path, 'calm.yaml'), 'title: calm\n');
  await writeFile(join(directory.path, 'password'), 'correct horse\n');
  const config = `experiment: numi
nats: { servers: ["nats://127.0.0.1:9"], password: { file: password } }
embedded: { clickhouse: {}, simulator: { devices: lists/two.txt, scenario: calm.yaml } }
actors:
  beam-monitor: { server: "http://127.0.0.1:9/", devices: lists/two.txt }
`;
  await writeFile(join(directory.path, 'numi.yaml'), config);
  for (const path of ['../numi.yaml', join(directory.path, 'numi.yaml')]) {
    const { code, stderr } = await spillway(['check', '--config', path], { cwd: elsewhere });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }
  const moved = join(elsewhere, 'numi.yaml');
  await writeFile(moved, config);
  const { code, stderr } = await spillway(['check', '--config', moved], { cwd: directory.path });
  expect(code).toBe(2);
  expect(stderr).toContain(`file ${join(elsewhere, 'password')} is missing or empty`);
  expect(stderr).toContain(`${join(elsewhere, 'lists/two.txt')}: the device list cannot be read`);
  expect(stderr).toContain(`${join(elsewhere, 'calm.yaml')}: cannot be read`);
});

test('the demo is fine, from any directory', async () => {
  const { code, stdout } = await spillway(['check', '--config', join(ROOT, 'spillway.yaml')], { cwd: '/' });
  expect(code).toBe(0);
  expect(stdout).toMatch(/fine; experiment numi, actors beam-monitor, spill-packer, /);
});

test('a reader that goes, as `| head` does, ends a command without complaint', async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'rubbish');
  await writeFile(file, 'no blocks at all');
  // Some lines each: far more than a pipe holds.
  const files = Array.from({ length: 2000 }, () => file);
  const child = spawn(process.execPath, [join(ROOT, 'main.ts'), 'dump', ...files], { stdio: 'pipe' });
  child.stdout.once('data', () => child.stdout.destroy());
  const complaints = text(child.stderr);
  await once(child, 'close');
  expect(await complaints).toBe('');
});
