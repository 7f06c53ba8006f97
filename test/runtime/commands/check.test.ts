import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actors } from '../../../actors/index.ts';
import { jsonSchema } from '../../../runtime/commands/check.ts';
import { ROOT, spillway } from '../../helpers/spillway.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

test('every mistake is told at once, a line each: in the configuration, the device list and the scenario', async () => {
  await using directory = await temporaryDirectory();
  const at = (name: string) => join(directory.path, name);
  await writeFile(
    at('numi.yaml'),
    `experiment: NuMI
embedded: { nats: {}, clickhouse: {}, simulator: { devices: list.txt, scenario: storm.yaml } }
heartbeat: 5
actors:
  beam-monitor:
    server: http://127.0.0.1:8010/
    devices: list.txt
  spil-packer: {}
`,
  );
  await writeFile(at('list.txt'), 'E:TRTGTD in flot\n');
  await writeFile(at('storm.yaml'), 'title: storm\nsteps: [{ at: 5s, effect: earthquake }]\n');
  const { code, stdout, stderr } = await spillway(['check', '--config', at('numi.yaml')]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toEqual([
    'spillway check: [CONFIG_INVALID]',
    expect.stringContaining(`${at('numi.yaml')}:1:13: experiment: must be`),
    expect.stringContaining(`${at('numi.yaml')}:3:12: heartbeat: must be a number with a unit`),
    expect.stringContaining(`${at('numi.yaml')}:8:16: actors.spil-packer: this key is not known here`),
    expect.stringContaining(`${at('list.txt')}:1: kind: "flot" is not understood`),
    expect.stringMatching(/storm\.yaml:2:\d+: steps\.0.*accepted: beam-off/),
  ]);
});

test('a device that is asked for and not in the list is found before anything runs', async () => {
  await using directory = await temporaryDirectory();
  const config = join(directory.path, 'numi.yaml');
  await writeFile(join(directory.path, 'list.txt'), 'E:TRTGTD in\n');
  await writeFile(
    config,
    `experiment: numi
embedded: { nats: {}, clickhouse: {} }
actors:
  beam-monitor:
    server: http://127.0.0.1:8010/
    devices: list.txt
    callback: { subscriptions: [{ event: A9, inOut: in, devices: ["E:TR101D"] }] }
`,
  );
  const { code, stderr } = await spillway(['check', '--config', config]);
  expect(code).toBe(2);
  expect(stderr).toContain('E:TR101D is not in the device list as in');
});

test('a camera whose disk has no room for a single run is found before it waits for ever', async () => {
  await using directory = await temporaryDirectory();
  const config = join(directory.path, 'camera.yaml');
  await writeFile(
    config,
    `experiment: cygno
embedded: { nats: {}, clickhouse: {}, camera: { pedestals: 10, eventsPerRun: 100, disk: 1GiB } }
actors: {}
`,
  );
  const { code, stderr } = await spillway(['check', '--config', config]);
  expect(code).toBe(2);
  expect(stderr).toContain('embedded.camera: --disk: "1073741824B"; accepted: 1113MiB and more');
});

interface Json {
  readonly [key: string]: Json | undefined;
}

test('the schema that editors read is that of the code', async () => {
  const written = await readFile(join(ROOT, 'spillway.schema.json'), 'utf8');
  expect(written === jsonSchema(actors), 'spillway.schema.json is out of date: npm run --silent schema').toBe(
    true,
  );
});

test('the schema tells defaults, descriptions, and durations, sizes and secrets as they are written', () => {
  const { properties } = JSON.parse(jsonSchema(actors)) as Json;
  expect(properties?.['dataDirectory']).toMatchObject({ type: 'string', default: 'data' });
  const { heartbeat, nats, actors: sections } = properties ?? {};
  expect(heartbeat).toMatchObject({
    type: 'string',
    default: '1s',
    pattern: expect.stringContaining('(ms|s|m|h|d)$'),
  });
  expect(nats?.['properties']?.['password']).toMatchObject({
    anyOf: [{ required: ['env'] }, { required: ['file'] }, { required: ['credential'] }],
    description: expect.stringContaining('{ env: NAME }'),
  });
  const { limits } =
    sections?.['properties']?.['beam-monitor']?.['properties']?.['callback']?.['properties'] ?? {};
  expect(limits?.['properties']?.['body']).toMatchObject({ type: 'string', default: '4MiB' });
});

test('the schema describes every key', () => {
  const without: string[] = [];
  const walk = (path: string, node: Json | undefined) => {
    for (const [key, value] of Object.entries(node?.['properties'] ?? {})) {
      if (!value?.['description']) without.push(`${path}.${key}`);
      walk(`${path}.${key}`, value);
    }
  };
  walk('', JSON.parse(jsonSchema(actors)) as Json);
  expect(without).toEqual([]);
});
