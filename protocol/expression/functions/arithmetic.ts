import { numberAt, type PlainFunction } from './function.ts';

const ofOne = (usage: string, call: (x: number) => number): PlainFunction => ({
  usage,
  parameters: ['number'],
  result: 'number',
  call: given => call(numberAt(given, 0, Number.NaN)),
});

export const arithmetic: Readonly<Record<string, PlainFunction>> = {
  abs: ofOne('abs(x)', Math.abs),
  sqrt: ofOne('sqrt(x)', Math.sqrt),
  exp: ofOne('exp(x)', Math.exp),
  log: ofOne('log(x)', Math.log),
  log10: ofOne('log10(x)', Math.log10),
  sign: ofOne('sign(x)', Math.sign),
  pow: {
    usage: 'pow(x, exponent)',
    parameters: ['number', 'number'],
    result: 'number',
    call: given => numberAt(given, 0, Number.NaN) ** numberAt(given, 1, Number.NaN),
  },
  round: {
    usage: 'round(x, digits = 0)',
    parameters: ['number', 'number'],
    optional: 1,
    result: 'number',
    call: given => {
      const scale = 10 ** Math.trunc(numberAt(given, 1, 0));
      return Math.round(numberAt(given, 0, Number.NaN) * scale) / scale;
    },
  },
  clamp: {
    usage: 'clamp(x, low, high)',
    parameters: ['number', 'number', 'number'],
    result: 'number',
    call: given =>
      Math.min(
        Math.max(numberAt(given, 0, Number.NaN), numberAt(given, 1, Number.NaN)),
        numberAt(given, 2, Number.NaN),
      ),
  },
  within: {
    usage: 'within(x, low, high)',
    parameters: ['number', 'number', 'number'],
    result: 'boolean',
    check: ([, low, high]) =>
      typeof low?.constant === 'number' && typeof high?.constant === 'number' && low.constant > high.constant
        ? `${low.constant} is above ${high.constant}, so nothing is ever within`
        : undefined,
    call: given => {
      const x = numberAt(given, 0, Number.NaN);
      return x >= numberAt(given, 1, Number.NaN) && x <= numberAt(given, 2, Number.NaN);
    },
  },
};
