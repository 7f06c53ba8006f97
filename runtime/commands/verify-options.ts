import { parseArgs } from 'node:util';
import { SpillwayError } from '../../protocol/errors.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { DEFAULT_CONFIG } from '../config/resolve.ts';

/** What is to be compared. */
export type VerifyScope =
  | { readonly kind: 'range'; readonly fromMs: Milliseconds; readonly toMs: Milliseconds }
  | { readonly kind: 'run'; readonly run: number; readonly detector: string | undefined }
  | { readonly kind: 'file'; readonly path: string };

export interface VerifyOptions {
  readonly config: string;
  readonly scope: VerifyScope;
  readonly frontEnd: string | undefined;
  readonly json: boolean;
}

/** Which options go with which question; each is another one. */
const OF = {
  range: ['from', 'to', 'front-end'],
  run: ['run', 'detector'],
  file: ['file'],
} as const;

/** @throws SpillwayError USAGE */
export function verifyOptions(args: readonly string[], now: Milliseconds): VerifyOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string', default: DEFAULT_CONFIG },
      from: { type: 'string' },
      to: { type: 'string' },
      'front-end': { type: 'string' },
      run: { type: 'string' },
      detector: { type: 'string' },
      file: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const kind =
    values.file !== undefined
      ? 'file'
      : values.run !== undefined || values.detector !== undefined
        ? 'run'
        : 'range';
  const others = (Object.keys(OF) as (keyof typeof OF)[]).filter(one => one !== kind).flatMap(one => OF[one]);
  const odd = others.find(name => values[name] !== undefined);
  if (odd !== undefined)
    throw new SpillwayError(
      'USAGE',
      `--${OF[kind][0]} and --${odd} ask for two things: a range of times, one run, or one file`,
    );
  return {
    config: values.config,
    frontEnd: values['front-end'],
    json: values.json,
    scope:
      values.file !== undefined
        ? { kind: 'file', path: values.file }
        : kind === 'run'
          ? { kind, run: numberOf(values.run), detector: values.detector }
          : {
              kind: 'range',
              fromMs: timeOf('--from', values.from, now - 3_600_000),
              toMs: timeOf('--to', values.to, now - 10_000),
            },
  };
}

function numberOf(text: string | undefined): number {
  if (text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff) return Number(text);
  throw new SpillwayError(
    'USAGE',
    `--run takes the number of a run, for example 42901, not ${text ?? 'nothing'}`,
  );
}

function timeOf(option: string, text: string | undefined, otherwise: Milliseconds): Milliseconds {
  if (text === undefined) return otherwise;
  const time = Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new SpillwayError('USAGE', `${option} takes a time such as 2026-11-21T00:00:00Z, not ${text}`);
}
