import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { BufferKeeperConfig } from '../../actors/buffer-keeper/config.ts';
import { actors } from '../../actors/index.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { STREAMS } from '../../protocol/subjects.ts';
import { configSchema } from '../../runtime/config/schema.ts';
import { EventStoreConfig } from '../../runtime/event-store/config.ts';
import { ROOT } from '../helpers/system.ts';
import { configurationKeys } from './configuration-keys.ts';
import { readPage } from './examples.ts';

const page = await readPage('docs/operations.md');

test('the page has every key of the configuration, with its default and its meaning', () => {
  const rows = page.table('| key | default | meaning |');
  expect(rows).toEqual(
    configurationKeys().map(([key, standard, meaning]) => [`\`${key}\``, standard, meaning]),
  );
  expect(rows.filter(([, , meaning]) => meaning === '')).toEqual([]);
});

test('the page has every error code, whether to try again, and what to do', () => {
  const rows = page.table('| code | again? | meaning | what to do |');
  expect(rows.map(row => row.slice(0, 3))).toEqual(
    Object.entries(ERRORS).map(([code, { retry, meaning }]) => [
      `\`${code}\``,
      retry ? 'yes' : 'no',
      meaning,
    ]),
  );
  expect(rows.filter(([, , , advice]) => advice === '')).toEqual([]);
});

test('whatever actors count or time is on the page', async () => {
  const names = new Set<string>();
  for (const path of globSync('{actors,runtime}/**/*.ts', { cwd: ROOT })) {
    const source = await readFile(join(ROOT, path), 'utf8');
    for (const [, one, other] of source.matchAll(/\.count\('([a-z_]+)'|\bcount\('([a-z_]+)', /g))
      names.add(`spillway_${one ?? other}_total`);
    for (const [, name] of source.matchAll(/\bobserve\('([a-z_]+)'/g)) if (name) names.add(name);
  }
  expect(names.size).toBeGreaterThan(15);
  expect([...names].filter(name => !page.text.includes(`\`${name}\``))).toEqual([]);
});

test('the configuration for several hosts is one that is understood', () => {
  const example = parse(page.example('yaml', 'several-hosts')) as Record<string, Record<string, unknown>>;
  // Secrets are of the machine that has them.
  delete example['nats']?.['password'];
  delete example['store']?.['password'];
  expect(configSchema(actors).safeParse(example).error).toBeUndefined();
});

test('the event store of the page is one that is understood, and the limits it tells are the defaults', () => {
  const example = parse(page.example('yaml', 'event-store-s3')) as { eventStore: Record<string, unknown> };
  process.env['SPILLWAY_S3_KEY'] = 'a key of an example';
  const eventStore = { ...example.eventStore, secretKey: { env: 'SPILLWAY_S3_KEY' } };
  expect(EventStoreConfig.safeParse(eventStore).error).toBeUndefined();
  const { age, maps, interval } = BufferKeeperConfig.parse({});
  const days = (ms: number) => ms / 86_400_000;
  for (const said of [
    `older than \`age\` (${days(age)} days)`,
    `older than \`maps\` (${days(maps)} days)`,
    `looks every ${interval / 1_000} s`,
    `references for ${days(STREAMS.EVENT.maxAgeMs)} days (${STREAMS.EVENT.maxBytes / 2 ** 30} GiB`,
  ])
    expect(page.text).toContain(said);
  expect(age).toBeLessThan(STREAMS.EVENT.maxAgeMs);
});

test('the page says how long and how much the streams keep', () => {
  const days = (name: keyof typeof STREAMS) => STREAMS[name].maxAgeMs / 86_400_000;
  expect(page.text).toContain(`${days('BEAM')} days (BEAM, at most ${STREAMS.BEAM.maxBytes / 2 ** 30} GiB)`);
  expect(page.text).toContain(`${days('SPILL')} days (SPILL, ${STREAMS.SPILL.maxBytes / 2 ** 30} GiB)`);
  const all = Object.values(STREAMS).reduce((sum, { maxBytes }) => sum + maxBytes, 0);
  expect(page.text).toContain(`${Math.ceil(all / 2 ** 30)} GiB for each replica`);
});
