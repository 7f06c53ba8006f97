import type { RecoWaveform } from '../../../protocol/messages/reconstruction.ts';
import {
  CHANNELS,
  type Digitiser,
  insideExposure,
  TIME_TAG_NS,
  waveform,
} from '../../../protocol/midas/cygno/cygno.ts';
import {
  FAST_PMT,
  measureWaveform,
  SLOW_PMT,
  type WaveformSettings,
} from '../reconstruction/waveform/measure-waveform.ts';
import { measured } from './told.ts';

/** By CAEN model (reference C4). */
const SETTINGS: ReadonlyMap<number, WaveformSettings> = new Map([
  [1742, FAST_PMT],
  [1720, SLOW_PMT],
]);

/**
 * The photomultipliers' waveforms of all boards: by board, trigger and channel.
 * @param exposure seconds; null when the run does not say
 */
export function measureBoards(
  boards: readonly Digitiser[],
  exposure: number | null,
): { waveforms: RecoWaveform[]; warnings: string[] } {
  const waveforms: RecoWaveform[] = [];
  const warnings: string[] = [];
  for (const board of boards) {
    const settings = SETTINGS.get(board.model);
    if (!settings) warnings.push(`waveforms of board ${board.model} are not measured: its model is unknown`);
    else if (board.samples <= settings.baselineSamples)
      warnings.push(
        `waveforms of board ${board.model} are not measured: ${board.samples} samples, the baseline alone takes ${settings.baselineSamples}`,
      );
    else waveforms.push(...waveformsOf(board, settings, exposure));
  }
  return { waveforms, warnings };
}

function* waveformsOf(
  board: Digitiser,
  settings: WaveformSettings,
  exposure: number | null,
): Generator<RecoWaveform> {
  for (let trigger = 0; trigger < board.triggers; trigger++)
    for (const channel of CHANNELS.pmts) {
      if (channel >= board.channels) continue;
      const found = measureWaveform(waveform(board, trigger, channel), settings);
      yield {
        board: board.model,
        trigger,
        channel,
        sampleNs: board.sampleNs,
        insideExposure: exposure === null ? null : insideExposure(board, trigger, exposure),
        timeTagNs: measured((board.timeTags[trigger] ?? Number.NaN) * TIME_TAG_NS),
        ...found,
        peaks: [...found.peaks],
      };
    }
}
