import { countOf, formatCounts, nameOf, type Shown } from './picture.ts';
import type { BoardSeen } from './render-waveforms.ts';

/** Waveforms in words, for those who do not see them. */
export function describeWaveforms(shown: Shown, rows: readonly BoardSeen[]): string {
  const boards = rows.map(({ board, seen }) => {
    const { channel, depth, atNs } = seen.reduce((a, b) => (b.depth > a.depth ? b : a));
    const unit = board.sampleNs === null ? 'samples' : 'ns';
    return `board ${board.model} has ${countOf(board.triggers, 'trigger')}, the deepest pulse is ${formatCounts(depth)} ADC counts on channel ${channel} at ${formatCounts(atNs)} ${unit}`;
  });
  return `Waveforms of ${nameOf(shown)}: ${boards.join('; ')}.`;
}
