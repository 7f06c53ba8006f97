import { figure } from '../harness/table.ts';
import type { Measured } from './measure/all.ts';
import { aligned } from './tables.ts';

/** What was measured, in the units of the table of costs, so that it can be refreshed from here. */
export function measuredTable({ disk, streams, chunks, chain }: Measured): string {
  const { callbacks } = chain;
  const perCallback = Object.entries(chain.used).map(([name, { cpuMs, writtenBytes, peakBytes }]) => [
    name,
    figure(cpuMs / callbacks),
    figure(writtenBytes / callbacks),
    figure(peakBytes / 1e6),
    figure(Math.max(0, chain.idleMs[name] ?? 0)),
  ]);
  const stored = Object.entries(chain.streams)
    .filter(([, { messages }]) => messages >= callbacks / 10)
    .map(([name, { messages, bytes }]) => [name, figure(messages / callbacks), figure(bytes / callbacks)]);
  return [
    aligned([
      ['disk alone', 'B', 'blocks/s'],
      ...disk.map(({ files, bytes, perSecond }) => [
        `${files} file${files === 1 ? '' : 's'}`,
        figure(bytes),
        figure(perSecond),
      ]),
    ]),
    aligned([
      ['streams', 'experiments', 'B', 'messages/s', 'server ms', 'publisher ms', 'B written'],
      ...[...streams, ...chunks].map(run => [
        `${run.servers} server${run.servers === 1 ? '' : 's'}`,
        String(run.experiments),
        ...[run.messageBytes, run.perSecond, run.serverMs, run.publisherMs, run.writtenBytes].map(figure),
      ]),
    ]),
    aligned([['chain, a callback', 'ms', 'B written', 'MB', 'idle ms/s'], ...perCallback]),
    aligned([['stored, a callback', 'messages', 'B'], ...stored]),
    `${chain.assets} streams and consumers; the chain had ${figure(chain.cores)} cores of what there is`,
  ].join('\n\n');
}
