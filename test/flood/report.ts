import type { Phase } from './campaign.ts';

export const tableHead = [
  '| what | from | real accepted | p50 ms | p99 ms | longest ms | attackers met with | refused by code | peak MB |',
  '|---|---|---:|---:|---:|---:|---|---|---:|',
].join('\n');

/** A phase as a row of a table in Markdown. */
export function tableRow({ name, from, real, answers, refused, peakBytes }: Phase): string {
  const lost = Object.keys(real.refused).length > 0 ? ` (${counts(real.refused)})` : '';
  const cells = [
    name,
    from === 'nobody' ? '' : from,
    `${real.accepted} of ${real.sent}${lost}`,
    ...[real.p50, real.p99, real.max].map(ms => ms.toFixed(ms < 10 ? 1 : 0)),
    counts(answers),
    counts(refused),
    Math.round(peakBytes / 2 ** 20),
  ];
  return `| ${cells.join(' | ')} |`;
}

const counts = (by: Readonly<Record<string, number>>): string =>
  Object.entries(by)
    .toSorted(([, a], [, b]) => b - a)
    .map(([what, count]) => `${count.toLocaleString('en')} ${what}`)
    .join(', ');
