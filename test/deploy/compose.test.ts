import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT, spillway } from '../helpers/spillway.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const FOLDER = join(ROOT, 'deploy', 'compose');
const Service = z.looseObject({
  image: z.string().optional(),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
});
const compose = z
  .looseObject({
    services: z.record(z.string(), Service),
    volumes: z.record(z.string(), z.null()),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
  })
  .parse(parse(await readFile(join(FOLDER, 'compose.yaml'), 'utf8')));

const Configured = z.object({
  actors: z.object({
    gateway: z.object({
      listen: z.object({ port: z.number() }),
      reader: z.object({ user: z.string(), password: z.object({ env: z.string() }) }),
    }),
  }),
});

test('every file that a container is given is there', async () => {
  const mounts = Object.values(compose.services).flatMap(({ volumes }) =>
    volumes.map(volume => volume.split(':')[0] ?? ''),
  );
  const secrets = Object.values(compose.secrets).map(({ file }) => file);
  const files = [...mounts.filter(from => from.startsWith('.')), ...secrets];
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) await access(join(FOLDER, file));
  expect(mounts.filter(from => !from.startsWith('.')).toSorted()).toEqual(
    Object.keys(compose.volumes).toSorted(),
  );
});

test('every image is of a certain version, so that tomorrow starts what ran today', () => {
  const images = Object.values(compose.services).flatMap(({ image }) => image ?? []);
  expect(images).toHaveLength(3);
  for (const image of images) expect(image).toMatch(/^[a-z]+(?:\/[a-z-]+)?:\d+\.\d+/);
});

test('every password has its line in example.env, and none a value', async () => {
  const text = await readFile(join(FOLDER, 'compose.yaml'), 'utf8');
  const asked = new Set([...text.matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name));
  const example = (await readFile(join(FOLDER, 'example.env'), 'utf8')).match(/^\w+=.*$/gm) ?? [];
  expect(new Set(example)).toEqual(new Set([...asked].map(name => `${name}=`)));
});

test('the configuration in the container is one that is understood', async () => {
  await using directory = await temporaryDirectory();
  const text = await readFile(join(FOLDER, 'spillway.yaml'), 'utf8');
  const path = join(directory.path, 'spillway.yaml');
  const [secret = ''] = compose.services['spillway']?.secrets ?? [];
  const there = text
    .replaceAll('/opt/spillway', ROOT)
    .replace(`/run/secrets/${secret}`, join(FOLDER, compose.secrets[secret]?.file ?? ''));
  expect(there).not.toContain('/run/secrets');
  await writeFile(path, there);
  const given = Object.keys(compose.services['spillway']?.environment ?? {});
  const { stdout, stderr, code } = await spillway(['check', '--config', path], {
    env: Object.fromEntries(given.map(name => [name, 'a'])),
  });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  for (const actor of ['beam-monitor', 'alarm-engine', 'gateway']) expect(stdout).toContain(actor);
});

test('the shift page is on the port that is published, on this machine only, and asks the store as an account that may read', async () => {
  const config = Configured.parse(parse(await readFile(join(FOLDER, 'spillway.yaml'), 'utf8')));
  const { listen, reader } = config.actors.gateway;
  expect(compose.services['spillway']?.ports).toEqual([`127.0.0.1:${listen.port}:${listen.port}`]);
  const users = await readFile(join(FOLDER, 'clickhouse', 'users.xml'), 'utf8');
  const [account = ''] =
    new RegExp(`<${reader.user}>\\s*<password.*?</${reader.user}>`, 's').exec(users) ?? [];
  expect(account).toContain(`<password from_env="${reader.password.env}"/>`);
  expect(account).toContain('<query>GRANT SELECT ON spillway.*</query>');
});
