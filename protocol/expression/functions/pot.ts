import { AlarmStatus } from '../../alarm/severity.ts';
import type { Compiler, Environment, Form } from '../compiled.ts';
import type { Call } from '../node.ts';
import { readDevice, unitsOf } from '../reading.ts';
import { isUnusable, unusable, type Value } from '../value.ts';

/** Below this, in 10^12 protons, the first toroid is not believed (numi.md 5.2; its unit is in doubt there). */
const NOVA_THRESHOLD = 0.02;

const ORDERS = {
  nova: ['E:TRTGTD', 'E:TR101D'],
  minos: ['E:TRTGTD', 'E:TORTGT', 'E:TOR101', 'E:TR101D'],
} as const;
type Order = keyof typeof ORDERS;

const isOrder = (value: unknown): value is Order => value === 'nova' || value === 'minos';

/**
 * What to multiply a toroid by to have 10^12 protons: the sources disagree about its unit, so the unit text that came with
 * the value decides (numi.md 4.2). `E12` is 10^12; without a text the tables' 10^12 is taken; undefined for what is no number of
 * protons.
 */
export function scaleOf(units: string): number | undefined {
  const power = /^(?:x?10\^|E)(\d{1,2})\b/i.exec(units)?.[1];
  if (power !== undefined) return 10 ** (Number(power) - 12);
  if (units === '') return 1;
  return /^(p|ppp|protons?|pot)$/i.test(units) ? 1e-12 : undefined;
}

function protons(environment: Environment, device: string): Value {
  const value = readDevice(environment, device);
  if (isUnusable(value)) return value;
  if (typeof value !== 'number')
    return unusable(AlarmStatus.calc, `${device} has several values where one is needed`);
  const units = unitsOf(environment, device);
  const scale = scaleOf(units);
  return scale === undefined
    ? unusable(AlarmStatus.calc, `${device} is in "${units}", which is no number of protons`)
    : value * scale;
}

/** The first toroid unless below the threshold, then the second one unless negative, then 0. */
function nova(environment: Environment, threshold: number): Value {
  const [first, second] = ORDERS.nova;
  const near = protons(environment, first);
  if (typeof near === 'number' && near >= threshold) return near;
  const upstream = protons(environment, second);
  if (isUnusable(near) && isUnusable(upstream)) return near;
  return typeof upstream === 'number' && upstream >= 0 ? upstream : 0;
}

/** The first toroid that is not zero; 0 when all that can be read are. */
function minos(environment: Environment): Value {
  let result: Value | undefined;
  for (const device of ORDERS.minos) {
    const value = protons(environment, device);
    if (typeof value === 'number' && value !== 0) return value;
    if (result === undefined || !isUnusable(value)) result = value;
  }
  return result ?? 0;
}

function argumentsOf(call: Call, usage: string, compiler: Compiler): { order: Order; threshold: number } {
  const values = call.arguments.map(node => (node.kind === 'literal' ? node.value : null));
  const [order = 'nova', threshold = NOVA_THRESHOLD] = values;
  const most = order === 'minos' ? 1 : 2;
  if (isOrder(order) && typeof threshold === 'number' && values.length <= most) return { order, threshold };
  return compiler.fail(call, `${compiler.text(call)} is not understood; accepted: ${usage} or pot('minos')`);
}

export const pots: Readonly<Record<string, Form>> = {
  /** Protons on target in 10^12, from the toroids in their order of preference (numi.md 5.2). */
  pot: {
    usage: `pot('nova', ${NOVA_THRESHOLD})`,
    compile(call, compiler) {
      const { order, threshold } = argumentsOf(call, this.usage, compiler);
      for (const name of ORDERS[order])
        compiler.compile({ kind: 'device', name, start: call.start, end: call.end });
      return {
        type: 'number',
        run: environment => (order === 'minos' ? minos(environment) : nova(environment, threshold)),
      };
    },
  },
};
