import { readFile } from 'node:fs/promises';
import { type DeviceList, parseDeviceList } from '../../protocol/device-list.ts';
import { SpillwayError } from '../../protocol/errors.ts';

/** @throws SpillwayError CONFIG_UNREADABLE, or DEVICE_LIST_INVALID with one line per refusal. */
export async function readDeviceList(file: string): Promise<DeviceList> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SpillwayError('CONFIG_UNREADABLE', `${file}: the device list cannot be read`, { cause });
  }
  return parseDeviceList(text, file);
}
