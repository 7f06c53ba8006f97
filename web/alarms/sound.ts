import type { Severity } from '../../protocol/alarm/severity.ts';
import { PATTERNS } from './call.ts';

/** Soft edges, in seconds: without them every beep clicks. */
const EDGE = 0.015;
const LOUDNESS = 0.25;

/** Beeps by WebAudio: no file has to be there. Browsers allow it only after somebody has touched the page. */
export class Sound {
  #audio: AudioContext | undefined;
  #playing: OscillatorNode[] = [];

  /** Call it from a click or a key. */
  async allow(): Promise<void> {
    this.#audio ??= new AudioContext();
    await this.#audio.resume();
  }

  get allowed(): boolean {
    return this.#audio?.state === 'running';
  }

  play(severity: Severity): void {
    const audio = this.#audio;
    if (!audio || audio.state !== 'running') return;
    this.stop();
    this.#playing = PATTERNS[severity].map(([at, length, hertz]) => {
      const begin = audio.currentTime + at;
      const tone = new OscillatorNode(audio, { frequency: hertz, type: 'triangle' });
      const volume = new GainNode(audio, { gain: 0 });
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(LOUDNESS, begin + EDGE);
      volume.gain.setValueAtTime(LOUDNESS, begin + length - EDGE);
      volume.gain.linearRampToValueAtTime(0, begin + length);
      tone.connect(volume).connect(audio.destination);
      tone.start(begin);
      tone.stop(begin + length);
      return tone;
    });
  }

  stop(): void {
    for (const tone of this.#playing) tone.stop();
    this.#playing = [];
  }
}
