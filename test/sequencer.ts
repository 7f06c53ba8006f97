import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whole systems, floods and power cuts: minutes in few lines, so that sorting by the size of files would put them last. */
const LONG = ['test/end-to-end/', 'test/chaos/', 'test/flood/', 'test/power-loss/', 'test/web/browser/'];

/** Begins with what takes longest: otherwise one worker is left with it at the end, and the others wait. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some(part => moduleId.includes(part));
    const others = files.filter(file => !isLong(file));
    // oxlint-disable-next-line unicorn/no-array-sort -- that of the sequencer
    return [...files.filter(isLong), ...(await super.sort(others))];
  }
}
