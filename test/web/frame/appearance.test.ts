import { expect, test } from 'vitest';
import { appearanceOf, display } from '../../../web/frame/appearance.ts';

const fieldConfig = {
  defaults: { unit: 'volt', custom: { lineWidth: 1 } },
  overrides: [
    { matcher: { id: 'byName', options: 'E:HV' }, properties: [{ id: 'unit', value: 'kvolt' }] },
    { matcher: { id: 'byRegexp', options: '/^E:H/' }, properties: [{ id: 'custom.lineWidth', value: 3 }] },
  ],
} as const;

test('overrides of a name lie over the defaults, those of a pattern over both', () => {
  expect(appearanceOf({ fieldConfig }, 'E:HV')).toEqual({ unit: 'kvolt', custom: { lineWidth: 3 } });
  expect(appearanceOf({ fieldConfig }, 'E:VV')).toEqual({ unit: 'volt', custom: { lineWidth: 1 } });
});

const words = {
  mappings: [
    { type: 'value', options: { BEAM: { text: 'BEAM', color: 'green', index: 0 } } },
    { type: 'special', options: { match: 'nan', result: { text: 'no number', color: 'purple' } } },
  ],
} as const;

test('a mapped value is its words and colour; one that came as NaN is mapped too', () => {
  expect(display('BEAM', words, 0)).toEqual({ text: 'BEAM', unit: '', color: 'green' });
  expect(display('NaN', words, 0)).toEqual({ text: 'no number', unit: '', color: 'purple' });
});

test('what is missing is a dash, never a zero', () => {
  expect(display(null, { unit: 'volt' }, 0).text).toBe('–');
});

test('the colour is that of the last step reached', () => {
  const appearance = {
    color: { mode: 'thresholds' },
    thresholds: {
      mode: 'absolute',
      steps: [
        { value: null, color: 'green' },
        { value: 15, color: 'yellow' },
        { value: 30, color: 'red' },
      ],
    },
  } as const;
  expect([14.9, 15, 31].map(value => display(value, appearance, 0).color)).toEqual([
    'green',
    'yellow',
    'red',
  ]);
});
