import type { Campaign } from './campaign.ts';
import type { Outage } from './outage.ts';
import type { Recovery } from './recovery.ts';

/** Whether nothing is lost, doubled or different, and nothing that was confirmed is missing. */
export const isClean = ({ result, probed }: Campaign): boolean =>
  result.lost === 0 &&
  result.duplicated === 0 &&
  result.different === 0 &&
  result.deadLetters === 0 &&
  result.unsettled.length === 0 &&
  probed.lost === 0 &&
  probed.doubled === 0;

/** The tables of docs/reliability.md. */
export function markdown(campaign: Campaign): string {
  const { date, seed, versions, strikes, partitions, recovery, probed, result } = campaign;
  const { spills, lost, duplicated, different, restarts, durationSeconds } = result;
  const row = (what: string, { count, acceptedMs, storedMs }: Recovery) =>
    `| ${what} | ${count} | ${[acceptedMs, storedMs].flatMap(({ p50, p99, max }) => [p50, p99, max].map(seconds)).join(' | ')} |`;
  const restarted = Object.entries(restarts).map(([name, count]) => `${name} ${count}`);
  return [
    `${date}, Node ${versions['node']}, nats-server ${versions['nats']}, seed ${seed}, ${Math.round(durationSeconds)} s:`,
    '',
    '| killed | servers cut off | spills accepted | filed | stored | lost | doubled | different | confirmed to probes | of those lost | doubled |',
    '|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    `| ${strikes.length} | ${partitions.length} | ${spills.accepted ?? 0} | ${spills.filed ?? 0} | ${spills.stored ?? 0} | ${lost} | ${duplicated} | ${different} | ${probed.acknowledged} | ${probed.lost} | ${probed.doubled} |`,
    '',
    '| seconds to recover | times | next accepted p50 | p99 | max | its row in the store p50 | p99 | max |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    row('leader of BEAM killed', recovery.BEAM),
    row('leader of SPILL killed', recovery.SPILL),
    row('leader of the metadata killed', recovery.META),
    row('all kills', recovery.all),
    row('cut off', recovery['cut off']),
    '',
    `Restarts of processes: ${restarted.join(', ') || 'none'}.`,
    ...result.unsettled.map(line => `Not settled: ${line}`),
    ...result.findings.map(finding => JSON.stringify(finding)),
    '',
  ].join('\n');
}

/** The table of docs/reliability.md for a link that was down. */
export function outageMarkdown(result: Outage): string {
  const { outageMs, takenMeanwhile, behind, catchUpMs, stages, lost, duplicated, different } = result;
  const names = Object.keys(stages);
  return [
    `| link down | taken at the site meanwhile | hub behind | caught up after | ${names.join(' | ')} | lost | doubled | different |`,
    `|---:|---:|---:|---:|${names.map(() => '---:|').join('')}---:|---:|---:|`,
    `| ${seconds(outageMs)} s | ${takenMeanwhile} | ${behind} | ${seconds(catchUpMs)} s | ${Object.values(stages).join(' | ')} | ${lost} | ${duplicated} | ${different} |`,
    '',
  ].join('\n');
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
