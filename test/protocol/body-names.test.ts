import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyNames, readBodyName } from '../../protocol/body-names.ts';
import { token } from '../../protocol/subjects.ts';

const anyNumber = fc.nat(0xffff_ffff);
const anyRun = fc.record({
  site: fc.string({ minLength: 1 }),
  detector: fc.string({ minLength: 1 }),
  run: anyNumber,
});
const tokens = ({ site, detector, run }: { site: string; detector: string; run: number }) => ({
  site: token(site),
  detector: token(detector),
  run,
});

test('the examples that people see', () => {
  const run = { site: 'lngs', detector: 'LIME', run: 42901 };
  expect(bodyNames.event({ ...run, equipment: 'Trigger', serial: 17, copy: 0 })).toBe(
    'lngs/lime/42901/trigger/17',
  );
  expect(bodyNames.event({ ...run, equipment: 'Trigger', serial: 17, copy: 2 })).toBe(
    'lngs/lime/42901/trigger/17~2',
  );
  expect(bodyNames.odb(run)).toBe('lngs/lime/42901/odb');
  expect(bodyNames.pedestal({ ...run, camera: 0, version: 1 })).toBe('lngs/lime/42901/pedestal-0-1');
});

test('a name tells what the body is, whatever equipment and detector are called', () => {
  fc.assert(
    fc.property(
      anyRun,
      fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('odb', 'pedestal-0-1')),
      anyNumber,
      fc.nat(9),
      (run, equipment, serial, copy) => {
        expect(readBodyName(bodyNames.event({ ...run, equipment, serial, copy }))).toEqual({
          kind: 'event',
          ...tokens(run),
          equipment: token(equipment),
          serial,
          copy,
        });
        expect(readBodyName(bodyNames.odb(run))).toEqual({ kind: 'odb', ...tokens(run) });
        expect(readBodyName(bodyNames.pedestal({ ...run, camera: copy, version: serial }))).toEqual({
          kind: 'pedestal',
          ...tokens(run),
          camera: copy,
          version: serial,
        });
      },
    ),
  );
});

test.each([
  '',
  'x',
  'lngs/lime/42901/trigger',
  'lngs/lime/42901/trigger/17/x',
  'LNGS/lime/42901/odb',
  '/lime/1/odb',
])("%s is nobody's name", name => {
  expect(readBodyName(name)).toBeUndefined();
});
