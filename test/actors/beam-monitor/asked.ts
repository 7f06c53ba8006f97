import type { Subscription } from '../../../actors/beam-monitor/lists.ts';
import type { Device } from '../../../protocol/device-list.ts';

export const device = (name: string, more: Partial<Device> = {}): Device => ({
  name,
  inOut: 'in',
  kind: 'float',
  length: 1,
  units: '',
  description: '',
  ...more,
});

export const subscription = (
  devices: readonly Device[],
  more: Partial<Omit<Subscription, 'devices'>> = {},
): Subscription => ({
  source: 'numi',
  mode: 'callback',
  trigger: 'A9',
  inOut: 'in',
  delayMs: 20,
  devices: new Map(devices.map(each => [each.name, each])),
  ...more,
});
