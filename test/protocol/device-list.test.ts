import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Device, parseDeviceList } from '../../protocol/device-list.ts';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';

const TEXT = 'devices.txt';
const YAML = 'devices.yaml';

/** The refusals of a list, one per line. */
function refusals(text: string, file: string): string[] {
  try {
    parseDeviceList(text, file);
  } catch (error) {
    if (error instanceof SpillwayError && error.code === 'DEVICE_LIST_INVALID')
      return error.message.split('\n');
    throw error;
  }
  throw new Error('the list was accepted');
}

describe('both notations', () => {
  const plain = `# NuMI
E:TRTGTD  in   float  1  E12  toroid near target   # preferred
E:HPTGT   in   float  7  mm   position at target

E:NBCCNT  out  int
M:OUTTMP  -    float  1  -    outside temperature
`;
  const yaml = `devices:
  - { name: "E:TRTGTD", inOut: in, units: E12, description: toroid near target }
  - name: E:HPTGT
    inOut: in
    length: 7
    units: mm
    description: position at target
  - { name: "E:NBCCNT", inOut: out, kind: int }
  - { name: "M:OUTTMP", inOut: "-", description: outside temperature }
`;

  test('say the same devices, defaults filled in', () => {
    const expected = {
      devices: [
        {
          name: 'E:TRTGTD',
          inOut: 'in',
          kind: 'float',
          length: 1,
          units: 'E12',
          description: 'toroid near target',
        },
        {
          name: 'E:HPTGT',
          inOut: 'in',
          kind: 'float',
          length: 7,
          units: 'mm',
          description: 'position at target',
        },
        { name: 'E:NBCCNT', inOut: 'out', kind: 'int', length: 1, units: '', description: '' },
      ],
      notReadOut: ['M:OUTTMP'],
    };
    expect(parseDeviceList(plain, TEXT)).toEqual(expected);
    expect(parseDeviceList(yaml, YAML)).toEqual(expected);
  });

  test('any list written in either notation reads back as it was', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9%/.]{1,6}$/);
    const device = fc.record({
      name: fc.stringMatching(/^[A-Z]:[A-Z0-9_]{1,6}$/),
      inOut: fc.constantFrom('in', 'out'),
      kind: fc.constantFrom('float', 'int'),
      length: fc.integer({ min: 1, max: 300 }),
      units: fc.option(word, { nil: '' }),
      description: fc.array(word, { maxLength: 4 }).map(words => words.join(' ')),
    });
    const lists = fc.uniqueArray(device, { minLength: 1, maxLength: 20, selector: ({ name }) => name });
    fc.assert(
      fc.property(lists, devices => {
        const line = (d: (typeof devices)[number]) =>
          [d.name, d.inOut, d.kind, d.length, d.units || '-', d.description].join('\t');
        const expected: readonly Device[] = devices;
        expect(parseDeviceList(devices.map(line).join('\r\n'), TEXT).devices).toEqual(expected);
        expect(parseDeviceList(stringify({ devices }), YAML).devices).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('no text makes the reader fail other than by a refusal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(TEXT, YAML), (text, file) => {
        let outcome = 'accepted';
        try {
          parseDeviceList(text, file);
        } catch (error) {
          outcome = asSpillwayError(error).code;
        }
        expect(['accepted', 'DEVICE_LIST_INVALID']).toContain(outcome);
      }),
    );
  });
});

describe('each refusal names file, line and what is accepted', () => {
  test.each([
    ['a setting', 'E_TRTGTD', /asks for the setting of E:TRTGTD; only readings \(":"\) are read out/],
    ['a status', 'E|HORN', /asks for the status/],
    ['an analogue alarm', 'E@TRTGTD', /asks for the analogue alarm/],
    ['a digital alarm', 'E$TRTGTD', /asks for the digital alarm/],
    ['a control', 'E&HORN', /asks for the control/],
    ['a description', 'E~HORN', /asks for the description/],
    ['a name that the block cannot hold', 'E:TRTGTDX', /has 9 characters/],
    ['an array range', 'E:HP[]', /the length goes into its own column/],
    ['small letters', 'e:hptgt', /is not in capitals/],
    ['no property at all', 'HPTGT', /is not an ACNET device name/],
    ['nothing after the colon', 'E:', /is not an ACNET device name/],
    ['two letters before the colon', 'EE:HPTGT', /is not an ACNET device name/],
  ])('%s: %s', (_what, name, reason) => {
    const accepted = /accepted: one letter, ":", then capitals, digits or "_", up to 8 characters/;
    for (const [text, file, place] of [
      [`E:TOR101 in\n${name} in float`, TEXT, 'devices.txt:2: name: '],
      [
        `devices:\n  - {name: "E:TOR101", inOut: in}\n  - {name: "${name}", inOut: in}`,
        YAML,
        'devices.yaml:3: ',
      ],
    ] as const) {
      const [only, ...more] = refusals(text, file);
      expect(more).toEqual([]);
      expect(only).toContain(place);
      expect(only).toMatch(reason);
      expect(only).toMatch(accepted);
    }
  });

  test.each([
    [TEXT, 'E:TOR101 in\n\nE:TOR101 out', 'devices.txt:3: E:TOR101 stands on line 1 already'],
    [TEXT, 'E:TOR101 -\nE:TOR101 in', 'devices.txt:2: E:TOR101 stands on line 1 already'],
    [TEXT, 'E:TOR101 maybe', 'devices.txt:1: inOut: "maybe" is not understood; accepted: in, out'],
    [TEXT, 'E:TOR101', 'devices.txt:1: inOut is missing; accepted: in, out'],
    [TEXT, 'E:TOR101 in double', 'devices.txt:1: kind: "double" is not understood; accepted: float or int'],
    [
      TEXT,
      'E:TOR101 in int 0',
      'devices.txt:1: length: 0 is not understood; accepted: a whole number from 1',
    ],
    [TEXT, 'E:TOR101 in int 1e3', 'devices.txt:1: length: "1e3" is not understood'],
    [TEXT, 'E:TOR101 in int 99999999', 'accepted: a whole number from 1 to 65536'],
    [TEXT, '# nothing but a comment', 'devices.txt:1: no device to read out; accepted: at least one'],
    [TEXT, 'E:TOR101 -', 'devices.txt:1: no device to read out'],
    [TEXT, '', 'no device to read out'],
    [YAML, '', 'devices.yaml:1: not a device list; accepted: devices: [ … ]'],
    [YAML, 'devices: 3', 'devices.yaml:1: "devices" is not a list'],
    [YAML, 'devices: []', 'devices.yaml:1: no device to read out'],
    [YAML, 'devices:\n- 7', 'devices.yaml:2: not a device'],
    [YAML, 'devices:\n- {name: "E:X", inOut: in,', 'devices.yaml:2: not YAML'],
    [
      YAML,
      'devices:\n- name: E:X\n  inOut: in\n  unit: mm',
      'devices.yaml:4: unknown key unit; accepted: name,',
    ],
    [
      YAML,
      'devices:\n- name: E:X\n  inOut: in\n  length: 1.5',
      'devices.yaml:4: length: 1.5 is not understood',
    ],
    [YAML, 'devices:\n- name: E:X\n  inOut: in\n  units: 12', 'devices.yaml:4: units: accepted: text'],
    [YAML, 'devices:\n- {name: "E:X", inOut: in}\nlimits: 3', 'devices.yaml:3: unknown key limits'],
    [
      YAML,
      'devices:\n- {name: "E:X", inOut: in}\n- {name: "E:X", inOut: in}',
      'devices.yaml:3: E:X stands on line 2',
    ],
  ])('%s %j', (file, text, message) => {
    expect(refusals(text, file).join('\n')).toContain(message);
  });

  test('all refusals of a list come at once, in the order of its lines', () => {
    expect(refusals('E:A in\nE_B in\nE:C perhaps\nE:A in', TEXT).map(text => text.split(':')[1])).toEqual([
      '2',
      '3',
      '4',
    ]);
  });
});
