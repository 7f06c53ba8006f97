import { SpillwayError } from '../errors.ts';

/** An expression that is not understood: EXPRESSION_INVALID, with the character (from 0) at which it goes wrong. */
export class ExpressionInvalid extends SpillwayError {
  readonly index: number;
  /** The message without the place, for those who tell the place their own way. */
  readonly problem: string;

  /** Nothing is wrong with it but that it names something with a mistake of its own. */
  readonly consequence: boolean;

  constructor(index: number, problem: string, consequence = false) {
    super('EXPRESSION_INVALID', `character ${index + 1}: ${problem}`);
    this.index = index;
    this.problem = problem;
    this.consequence = consequence;
  }
}
