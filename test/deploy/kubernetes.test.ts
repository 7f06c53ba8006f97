import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as apps from 'kubernetes-models/apps/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { actors } from '../../actors/index.ts';
import { manifests } from '../../deploy/kubernetes/manifests.ts';
import { PLACEMENTS } from '../../deploy/kubernetes/table.ts';
import { duration } from '../../runtime/config/units.ts';
import { ROOT, spillway } from '../helpers/spillway.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const FOLDER = join(ROOT, 'deploy', 'kubernetes');
const OVERLAYS = ['demo', 'production'] as const;
const MODELS = { ...core, ...apps, ...networking, ...policy };

const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.enum([
    'ConfigMap',
    'Deployment',
    'Namespace',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Service',
    'StatefulSet',
  ]),
  metadata: z.looseObject({ name: z.string() }),
});
type Manifest = z.infer<typeof Manifest>;

const documentsOf = (text: string): Manifest[] =>
  parseAllDocuments(text).map(document => Manifest.parse(document.toJS()));

const base = [...manifests()].flatMap(([name, text]) =>
  name === 'kustomization.yaml' ? [] : documentsOf(text),
);

/** Throws what Kubernetes' own schema does not like. */
function validate(manifest: Manifest): void {
  const Model = MODELS[manifest.kind] as new (object: object) => { validate(): void };
  new Model(manifest).validate();
}

const Workload = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        automountServiceAccountToken: z.literal(false),
        terminationGracePeriodSeconds: z.number().default(30),
        securityContext: z.looseObject({
          runAsNonRoot: z.literal(true),
          runAsUser: z.number().min(1),
          seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
        }),
        containers: z.tuple([
          z.looseObject({
            name: z.string(),
            args: z.array(z.string()),
            resources: z.looseObject({
              requests: z.looseObject({ memory: z.string(), cpu: z.string() }),
              limits: z.looseObject({ memory: z.string() }),
            }),
            securityContext: z.object({
              allowPrivilegeEscalation: z.literal(false),
              readOnlyRootFilesystem: z.literal(true),
              capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
            }),
          }),
        ]),
      }),
    }),
  }),
});
const workloads = (all: readonly Manifest[]) =>
  all.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet').map(one => Workload.parse(one));

test('every actor has its manifests, and they are those that the table makes', async () => {
  expect(Object.keys(PLACEMENTS).toSorted()).toEqual(actors.map(({ name }) => name).toSorted());
  const there = await readdir(join(FOLDER, 'base'));
  expect(there.toSorted()).toEqual([...manifests().keys()].toSorted());
  for (const [name, text] of manifests())
    expect([name, await readFile(join(FOLDER, 'base', name), 'utf8')]).toEqual([name, text]);
});

test('every manifest is one that Kubernetes takes', () => {
  expect(base.length).toBeGreaterThan(3 * actors.length);
  for (const manifest of base) expect(() => validate(manifest)).not.toThrow();
  const [one] = base;
  // The schemas do look.
  expect(() => validate({ ...one!, spec: { replicas: 'two' } })).toThrow(/replicas|selector/);
});

test('no pod may do more than it must, and each runs its own actor', () => {
  const running = workloads(base).map(({ spec }) => spec.template.spec.containers[0]);
  expect(running.map(({ args }) => args.slice(0, 2))).toEqual(
    Object.keys(PLACEMENTS).map(name => ['run', name]),
  );
});

test('an actor whose work others share or take over is replaced only when its successor is ready', () => {
  for (const [actor, { kind }] of Object.entries(PLACEMENTS)) {
    const found = base.find(one => one.kind === 'Deployment' && one.metadata.name === actor);
    const strategy =
      kind === 'single'
        ? { type: 'Recreate' }
        : { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    // A StatefulSet ends the old one first whatever one asks.
    expect(found ?? { spec: { strategy } }).toMatchObject({ spec: { strategy } });
    expect(found !== undefined || kind === 'single').toBe(true);
  }
});

const Configuration = z.looseObject({ drain: duration(), actors: z.record(z.string(), z.unknown()) });

describe.each(OVERLAYS)('the overlay %s', overlay => {
  const file = join(FOLDER, overlay, 'spillway.yaml');

  test('has a configuration that is understood, with every actor, and time to drain', async () => {
    await using directory = await temporaryDirectory();
    const text = await readFile(file, 'utf8');
    const secrets = join(directory.path, 'secrets');
    await mkdir(join(secrets, 'gateway'), { recursive: true });
    await writeFile(join(secrets, 'gateway', 'users.yaml'), 'users: []\ntokens: []\n');
    const path = join(directory.path, 'spillway.yaml');
    await writeFile(path, text.replaceAll('/opt/spillway', ROOT).replaceAll('/run/secrets', secrets));
    const env = { SPILLWAY_STORE: 'a', SPILLWAY_STORE_READER: 'b' };
    const { stderr, code } = await spillway(['check', '--config', path], { env });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const config = Configuration.parse(parse(text));
    expect(Object.keys(config.actors).toSorted()).toEqual(actors.map(({ name }) => name).toSorted());
    for (const { spec } of workloads(base))
      expect(config.drain).toBeLessThan(1000 * spec.template.spec.terminationGracePeriodSeconds);
  });

  test('listens where its services lead', async () => {
    const config = JSON.stringify(parse(await readFile(file, 'utf8')));
    // The rotorooter has the port by default.
    const ports = Object.values(PLACEMENTS).flatMap(({ listens }) => listens?.port ?? []);
    // The rotorooter has its port by default.
    const said = ports.filter(port => config.includes(`"port":${port}`) || port === 9013);
    expect(said).toEqual(ports);
  });

  test('renders to what Kubernetes takes, with no reference that leads nowhere', async ({ skip }) => {
    const rendered = await promisify(execFile)('kubectl', ['kustomize', join(FOLDER, overlay)]).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      },
    );
    if (!rendered) {
      skip('no kubectl on this machine');
      return;
    }
    const all = documentsOf(rendered.stdout);
    for (const manifest of all) expect(() => validate(manifest)).not.toThrow();
    expect(workloads(all.filter(one => one.metadata.name !== 'front-end'))).toHaveLength(actors.length);
    const maps = all.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
    const used = [...rendered.stdout.matchAll(/configMap:\n\s+name: (\S+)/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(maps));
    expect(rendered.stdout).not.toMatch(/image: spillway$/m);
  });
});

test('NATS of the experiment syncs before it acknowledges, on three servers; whoever is asked for secrets is told of them', async () => {
  const values: unknown = parse(await readFile(join(FOLDER, 'nats', 'values.yaml'), 'utf8'));
  expect(values).toMatchObject({
    config: {
      cluster: { enabled: true, replicas: 3 },
      jetstream: { enabled: true, merge: { sync_interval: 'always' } },
      merge: { max_payload: '8MB' },
    },
  });
  const clickHouse = await readFile(join(FOLDER, 'clickhouse', 'installation.yaml'), 'utf8');
  const readme = await readFile(join(FOLDER, 'README.md'), 'utf8');
  const text = [...manifests().values(), clickHouse].join('\n');
  const secrets = [...text.matchAll(/secretName: (\S+)|secretKeyRef:\n\s+name: (\S+)/g)].map(
    ([, file, variable]) => (file ?? variable ?? '').replace(/^spillway-nats-.*/, 'spillway-nats-'),
  );
  for (const name of new Set(secrets)) expect(readme).toContain(name);
});
