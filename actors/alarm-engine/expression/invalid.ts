import { SpillwayError } from '../../../protocol/errors.ts';

/** An expression that is not understood: EXPRESSION_INVALID, with the character (from 0) at which it goes wrong. */
export class ExpressionInvalid extends SpillwayError {
  readonly index: number;
  /** The message without the place, for those who tell the place their own way. */
  readonly problem: string;

  constructor(index: number, problem: string) {
    super('EXPRESSION_INVALID', `character ${index + 1}: ${problem}`);
    this.index = index;
    this.problem = problem;
  }
}
