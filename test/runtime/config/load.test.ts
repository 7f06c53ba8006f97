import { describe, expect, test } from 'vitest';
import { actors } from '../../../actors/index.ts';
import { SpillwayError } from '../../../protocol/errors.ts';
import { parseYaml } from '../../../runtime/config/load.ts';
import { configSchema } from '../../../runtime/config/schema.ts';
import { secret } from '../../../runtime/config/secret.ts';
import { byteSize, duration } from '../../../runtime/config/units.ts';
import { redact } from '../../../runtime/log.ts';

const schema = configSchema(actors);

const problem = (text: string): string => {
  try {
    parseYaml('numi.yaml', text, schema);
  } catch (thrown) {
    if (thrown instanceof SpillwayError) return `${thrown.code} ${thrown.message}`;
    throw thrown;
  }
  return 'fine';
};

const GOOD = `experiment: numi
embedded: { nats: {}, clickhouse: {} }
actors:
  spill-packer: {}
`;

describe('a mistake in the configuration is told with file, line, column, key and what is accepted', () => {
  test.each([
    ['a number without a unit', `${GOOD}heartbeat: 5\n`, /numi\.yaml:5:12: heartbeat: must be .* unit/],
    [
      'a duration without a unit',
      `${GOOD}drain: "10"\n`,
      /numi\.yaml:5:8: drain: must be a number with a unit \(ms, s, m, h, d\)/,
    ],
    [
      'a key nobody knows',
      `${GOOD}heartbeet: 5s\n`,
      /numi\.yaml:5:12: heartbeet: this key is not known here/,
    ],
    [
      'an actor nobody knows',
      GOOD.replace('spill-packer', 'spil-packer'),
      /actors\.spil-packer: this key is not known/,
    ],
    [
      'a key deep inside',
      GOOD.replace('{}\n', '{ minor: 3 }\n'),
      /numi\.yaml:4:26: actors\.spill-packer\.minor/,
    ],
    [
      'an experiment name that no subject can carry',
      GOOD.replace('numi', 'N.1'),
      /numi\.yaml:1:13: experiment: must be/,
    ],
    [
      'neither NATS nor an embedded one',
      GOOD.replace('nats: {}, ', ''),
      /give either nats or embedded\.nats/,
    ],
    ['both', `${GOOD}nats: { servers: [nats://a] }\n`, /give either nats or embedded\.nats, not both/],
    ['something that is not YAML', 'experiment: [numi', /CONFIG_UNREADABLE numi\.yaml:1:\d+/],
  ])('%s', (_what, text, message) => {
    expect(problem(text)).toMatch(message);
  });

  test('nothing is told of a configuration that is fine', () => {
    expect(problem(GOOD)).toBe('fine');
  });

  test('every problem is told, not only the first', () => {
    expect(problem(`${GOOD}heartbeat: 5\nfoo: 1\n`).split('\n')).toHaveLength(2);
  });
});

test('lengths of time and sizes are read with their units', () => {
  expect(['250ms', '1.5s', '2 m', '4h', '1d'].map(text => duration().parse(text))).toEqual([
    250, 1500, 120_000, 14_400_000, 86_400_000,
  ]);
  expect(['512B', '64KiB', '1.5GiB'].map(text => byteSize().parse(text))).toEqual([
    512, 65_536, 1_610_612_736,
  ]);
});

test('a secret comes from the environment and never shows again in what is logged', () => {
  process.env['SPILLWAY_TEST_SECRET'] = 'hunter2-canary';
  expect(secret().parse({ env: 'SPILLWAY_TEST_SECRET' })).toBe('hunter2-canary');
  expect(redact('nats://spillway:hunter2-canary@daq1:4222 refused')).toBe(
    'nats://spillway:[redacted]@daq1:4222 refused',
  );
  for (const user of ['a', 'ab', 'abc']) {
    const header = Buffer.from(`${user}:hunter2-canary`).toString('base64');
    expect(redact(`Authorization: Basic ${header}`)).toMatch(
      /^Authorization: Basic .{0,6}\[redacted\].{0,3}$/,
    );
  }
  expect(() => secret().parse({ env: 'SPILLWAY_NOT_THERE' })).toThrow(
    /SPILLWAY_NOT_THERE is missing or empty/,
  );
  expect(secret().safeParse('hunter2').success).toBe(false);
});

test('an address that holds a password is refused, for it would be told wherever the address is', () => {
  const text = GOOD.replace('nats: {}, ', '');
  expect(problem(`${text}nats: { servers: ["nats://me:hunter2@daq1:4222"] }\n`)).toMatch(
    /nats\.servers\.0: must hold no user or password/,
  );
  expect(problem(`${text}nats: { servers: ["me:hunter2@daq1"] }\n`)).not.toContain('hunter2');
});
