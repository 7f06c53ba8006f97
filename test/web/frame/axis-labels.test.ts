import { expect, test } from 'vitest';
import { axisLabels } from '../../../web/frame/axis-labels.ts';

test.each([
  [
    'close ones are told apart',
    [687.1, 687.12, 687.14],
    0.02,
    'suffix: Torr',
    ['687.10 Torr', '687.12 Torr', '687.14 Torr'],
  ],
  ['all have one unit, zero too', [-2e-4, 0, 2e-4], 2e-4, 'lengthm', ['-200 µm', '0 µm', '200 µm']],
  ['shares', [0, 0.25], 0.25, 'percentunit', ['0 %', '25 %']],
  ['lengths of time', [0, 1800, 3600], 1800, 's', ['0.0 h', '0.5 h', '1.0 h']],
  ['large ones', [0, 2e13], 1e13, 'none', ['0.00e+0', '2.00e+13']],
  ['none', [], 1, 'volt', []],
])('%s', (_, marks, step, unit, labels) => {
  expect(axisLabels(marks, step, unit)).toEqual(labels);
});
