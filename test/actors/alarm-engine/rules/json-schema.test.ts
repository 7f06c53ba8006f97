import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rulesJsonSchema } from '../../../../actors/alarm-engine/rules/json-schema.ts';

test('the schema of rule files that editors read is that of the code', () => {
  const written = readFileSync(join(import.meta.dirname, '../../../../alarms.schema.json'), 'utf8');
  expect(written === rulesJsonSchema(), 'alarms.schema.json is out of date: npm run --silent schema').toBe(
    true,
  );
});

test('it knows every key of an alarm, templates included', () => {
  const schema = JSON.parse(rulesJsonSchema()) as {
    properties: { alarms: { additionalProperties: { properties: Record<string, unknown> } } };
  };
  expect(Object.keys(schema.properties.alarms.additionalProperties.properties)).toEqual(
    expect.arrayContaining([
      'title',
      'value',
      'limits',
      'when',
      'absent',
      'closer',
      'gap',
      'states',
      'each',
      'mask',
      'stale',
    ]),
  );
});
