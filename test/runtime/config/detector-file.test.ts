import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIME_FILE, readDetectorFile } from '../../../runtime/config/detector-file.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';

async function refused(text: string): Promise<string[]> {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'detector.yaml');
  await writeFile(path, text);
  try {
    readDetectorFile(path);
    return [];
  } catch (thrown) {
    return String(thrown).replace('SpillwayError: ', '').replaceAll(path, 'detector.yaml').split('\n');
  }
}

test('without a file, the detector is LIME', () => {
  expect(readDetectorFile()).toEqual(readDetectorFile(LIME_FILE));
  expect(readDetectorFile().events).toEqual([{ id: 1, name: 'Trigger' }]);
});

test('what is wrong in a description is told with file, line and key', async () => {
  const text = `events:
  - { id: 1, name: Trigger }
  - { id: 3, name: Veto }
conditions:
  exposure: Configurations/Exposure
slowControl:
  prefix: L
  equipment:
    - id: 3
      name: HV
      banks:
        MSRD: { length: 26, units: V }
      devices:
        - { name: "L:GEM1", bank: MSRD, channel: 26 }
        - { name: "L:GEM2", bank: DMND }
        - { name: "L:GEM3", bank: MSRD, formula: (x - 4 }
        - { name: "gem", bank: MSRD }
`;
  expect(await refused(text)).toEqual([
    expect.stringMatching(/^detector\.yaml:5:13: conditions\.exposure: must be a path in the ODB/),
    expect.stringMatching(
      /^detector\.yaml:17:19: slowControl\.equipment\.0\.devices\.3\.name: must be one letter/,
    ),
    'detector.yaml:14:50: slowControl.equipment.0.devices.0.channel: bank MSRD has 26 values; accepted: 0 to 25',
    'detector.yaml:15:35: slowControl.equipment.0.devices.1.bank: DMND is not one of the banks MSRD',
    'detector.yaml:16:50: slowControl.equipment.0.devices.2.formula: character 7: nothing where ")" should be',
    'detector.yaml:9:11: slowControl.equipment.0.id: 3 is the event id of Veto already',
  ]);
});

test('two devices of one name are refused: plots and rules could not tell them apart', async () => {
  const text = `events: [{ id: 1, name: Trigger }]
slowControl:
  prefix: L
  equipment:
    - id: 3
      name: HV
      banks: { MSRD: { length: 2 } }
      devices:
        - { name: "L:HV_MSRD", bank: MSRD }
        - { name: "L:A", bank: MSRD }
        - { name: "L:A", bank: MSRD }
`;
  expect(await refused(text)).toEqual([
    'detector.yaml:9:19: slowControl.equipment.0.devices.0.name: L:HV_MSRD is the name of bank MSRD of HV already',
    'detector.yaml:11:19: slowControl.equipment.0.devices.2.name: L:A is the name of another device already',
  ]);
});
