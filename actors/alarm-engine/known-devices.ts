import { slowDevices } from '../../protocol/detector/description.ts';
import { readDetectorFile } from '../../runtime/config/detector-file.ts';
import { readDeviceList } from '../../runtime/config/device-list.ts';
import { type Known, knownDevices } from './rules/known.ts';

/**
 * What rules may name: the devices of these lists and the slow control of these detectors; anything where there are none.
 * @throws SpillwayError CONFIG_UNREADABLE, CONFIG_INVALID, DEVICE_LIST_INVALID
 */
export async function readKnown(
  lists: readonly string[],
  detectors: readonly string[],
): Promise<Pick<Known, 'devices'>> {
  if (lists.length + detectors.length === 0) return {};
  const devices = await Promise.all(lists.map(readDeviceList));
  const slow = detectors.map(file => ({ devices: slowDevices(readDetectorFile(file)) }));
  return { devices: knownDevices([...devices, ...slow]) };
}
