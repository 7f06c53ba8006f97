import { type ActorDefinition, whenRun } from '../../runtime/actor.ts';
import { readDeviceList } from '../../runtime/config/device-list.ts';
import { readClientTls, readServerTls } from '../../runtime/xml-rpc/tls.ts';
import { BeamMonitorConfig } from './config.ts';
import { dealOut } from './lists.ts';

/**
 * The front end of the chain. Needs the Beams Division server and JetStream, and neither of them to start: it
 * keeps trying to register or to poll, and answers callbacks with faults as long as they cannot be stored.
 */
export const beamMonitor: ActorDefinition<BeamMonitorConfig> = {
  name: 'beam-monitor',
  summary: 'reads the beam-line devices: takes the XML-RPC callbacks of the front end, or polls it, or both',
  consumes: [],
  produces: ['BEAM'],
  config: BeamMonitorConfig,
  async check(config) {
    dealOut(await readDeviceList(config.devices), config);
    if (config.callback.tls) await readServerTls(config.callback.tls);
    if (config.tls) await readClientTls(config.tls);
  },
  start: whenRun(() => import('./start.ts')),
};
