import { AlarmStatus } from '../../alarm/severity.ts';
import { eventTimeToMs } from '../../time.ts';
import { BOUNDS } from '../bounds.ts';
import type { Compiler, Form } from '../compiled.ts';
import type { Call } from '../node.ts';
import { secondsSince } from '../reading.ts';
import { isUnusable, unusable } from '../value.ts';
import { suggestion } from '../words.ts';
import { literalTexts } from './operation.ts';

function checkTrigger(name: string, call: Call, compiler: Compiler): string {
  const { triggers } = compiler.names;
  if (triggers && !triggers.has(name))
    compiler.fail(call, `no trigger is called "${name}"${suggestion(name, triggers)}`);
  return name;
}

/** The trigger and the window, in seconds, of `rate` and `counts`. */
function triggerAndWindow(call: Call, usage: string, compiler: Compiler): { name: string; seconds: number } {
  const [trigger, window, ...others] = call.arguments;
  const name = trigger?.kind === 'literal' && typeof trigger.value === 'string' ? trigger.value : undefined;
  const seconds = window?.kind === 'literal' && typeof window.value === 'number' ? window.value : 0;
  if (name === undefined || others.length > 0 || !(seconds > 0 && seconds <= BOUNDS.windowSeconds))
    return compiler.fail(
      call,
      `${compiler.text(call)} is not understood; accepted: ${usage}, the window written out, up to ${BOUNDS.windowSeconds / 60}m`,
    );
  compiler.inputs.trigger(checkTrigger(name, call, compiler), seconds * 1000);
  compiler.inputs.timed();
  return { name, seconds };
}

const inWindow = (divide: boolean, usage: string): Form => ({
  usage,
  compile(call, compiler) {
    const { name, seconds } = triggerAndWindow(call, usage, compiler);
    return {
      type: 'number',
      run({ scope }) {
        const times = scope.trigger(name)?.times ?? [];
        const from = scope.now - seconds * 1000;
        // From the end, where the window is: what stands before it is not looked at.
        let count = 0;
        while (count < times.length && (times[times.length - 1 - count] ?? 0) > from) count++;
        return divide ? count / seconds : count;
      },
    };
  },
});

export const times: Readonly<Record<string, Form>> = {
  sinceLast: {
    usage: "sinceLast('trigger')",
    compile(call, compiler) {
      const [name = ''] = literalTexts(call, 1, this.usage, compiler);
      compiler.inputs.trigger(checkTrigger(name, call, compiler));
      compiler.inputs.timed();
      return {
        type: 'number',
        run: environment => secondsSince(environment, environment.scope.trigger(name)?.times.at(-1)),
      };
    },
  },
  age: {
    usage: 'age(device)',
    compile(call, compiler) {
      const [device, ...others] = call.arguments;
      if (device?.kind !== 'device' || others.length > 0)
        return compiler.fail(call, `age of something else; accepted: ${this.usage}, e.g. age(E:TRTGTD)`);
      compiler.compile(device);
      compiler.inputs.timed();
      return {
        type: 'number',
        run: environment => secondsSince(environment, environment.scope.device(device.name)?.at),
      };
    },
  },
  /** How far a device's own time stamp is ahead of when JetStream stored the reading, in seconds; late readings are behind. */
  skew: {
    usage: 'skew(device)',
    compile(call, compiler) {
      const [device, ...others] = call.arguments;
      if (device?.kind !== 'device' || others.length > 0)
        return compiler.fail(call, `skew of something else; accepted: ${this.usage}, e.g. skew(E:TRTGTD)`);
      const reading = compiler.compile(device);
      return {
        type: 'number',
        run(environment) {
          const value = reading.run(environment);
          // A value that cannot be used has a time all the same; one that is not there, or old, has none.
          if (isUnusable(value) && value.status !== AlarmStatus.calc) return value;
          const { at, eventTime } = environment.scope.device(device.name) ?? {};
          if (at === undefined || eventTime === undefined)
            return unusable(AlarmStatus.undefined, `${device.name} has never come with a time stamp`, true);
          return (eventTimeToMs(eventTime) - at) / 1000;
        },
      };
    },
  },
  rate: inWindow(true, "rate('trigger', 60s)"),
  counts: inWindow(false, "counts('trigger', 60s)"),
};
