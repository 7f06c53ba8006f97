import { readFileSync } from 'node:fs';
import { actors } from '../../../actors/index.ts';
import { parseDeviceList } from '../../../protocol/device-list.ts';
import { parseYaml } from '../../../runtime/config/load.ts';
import { configSchema } from '../../../runtime/config/schema.ts';
import type { Target } from '../target.ts';
import { mustEqual } from './same.ts';
import { YAML_WORDS } from './yaml-words.ts';

const schema = configSchema(actors);

export const configuration: Target = {
  name: 'configuration',
  refuses: ['CONFIG_INVALID', 'CONFIG_UNREADABLE'],
  words: [...YAML_WORDS, 'actors:', '99999999999999999999s'],
  seeds: () => [readFileSync('spillway.yaml')],
  take(input) {
    const text = Buffer.from(input).toString();
    const read = () => JSON.stringify(parseYaml('fuzz.yaml', text, schema));
    mustEqual('configuration', read(), read());
  },
};

const wholeLines = (bytes: Buffer, most: number): Buffer =>
  bytes.subarray(0, bytes.lastIndexOf('\n', most) + 1);

export const deviceLists: Target = {
  name: 'device-list',
  refuses: ['DEVICE_LIST_INVALID'],
  words: [...YAML_WORDS, 'devices:', 'length:', 'int', 'out', '-1', '1e9', ':'],
  seeds: () =>
    ['numi.yaml', 'numi.txt'].map(file => wholeLines(readFileSync(`fixtures/devices/${file}`), 3000)),
  take(input) {
    const text = Buffer.from(input).toString();
    const name = text.includes('devices:') ? 'fuzz.yaml' : 'fuzz.txt';
    mustEqual('list', parseDeviceList(text, name), parseDeviceList(text, name));
  },
};
