import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/** Lets this machine say that it was started just now, until it is disposed of. */
export function machineStarted(): Disposable {
  const { uptime } = os;
  const at = performance.now();
  os.uptime = () => (performance.now() - at) / 1000;
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]() {
      os.uptime = uptime;
      syncBuiltinESMExports();
    },
  };
}
