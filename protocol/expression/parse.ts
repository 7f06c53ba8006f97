import { BOUNDS } from './bounds.ts';
import { ExpressionInvalid } from './invalid.ts';
import { type ArithmeticOperator, COMPARISONS, type ComparisonOperator, type Node } from './node.ts';
import { type Token, tokenize } from './tokens.ts';

const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'true', 'false']);
const OPERAND = 'accepted: a number, a text, a device, a quantity, a function or a bracket';

/**
 * Parser by recursive descent, one method per level of binding, loosest first. Written here and not taken from a
 * library because every node must know its place, device names carry a colon, and depth and size must be bounded.
 */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #nodes = 0;

  constructor(source: string) {
    this.#tokens = tokenize(source);
  }

  whole(): Node {
    const node = this.#choice();
    const rest = this.#peek();
    if (rest.kind !== 'end')
      throw new ExpressionInvalid(
        rest.start,
        `${shown(rest)} does not fit here; accepted: an operator, or the end`,
      );
    return node;
  }

  #choice(): Node {
    const condition = this.#or();
    if (!this.#take('?')) return condition;
    const whenTrue = this.#deeper(() => this.#choice());
    this.#expect(':');
    const otherwise = this.#deeper(() => this.#choice());
    return this.#node({
      kind: 'choice',
      condition,
      whenTrue,
      otherwise,
      start: condition.start,
      end: otherwise.end,
    });
  }

  #or(): Node {
    return this.#logical('or', '||', () => this.#logical('and', '&&', () => this.#not()));
  }

  #logical(operator: 'and' | 'or', symbol: string, operand: () => Node): Node {
    let left = operand();
    while (this.#take(operator) || this.#take(symbol)) {
      const right = operand();
      left = this.#node({ kind: 'logical', operator, left, right, start: left.start, end: right.end });
    }
    return left;
  }

  #not(): Node {
    const word = this.#take('not');
    if (!word) return this.#comparison();
    const operand = this.#deeper(() => this.#not());
    return this.#node({ kind: 'unary', operator: 'not', operand, start: word.start, end: operand.end });
  }

  #comparison(): Node {
    const first = this.#sum();
    const operands = [first];
    const operators: ComparisonOperator[] = [];
    for (;;) {
      const operator = COMPARISONS.find(symbol => this.#take(symbol));
      if (!operator) break;
      operators.push(operator);
      operands.push(this.#sum());
    }
    if (operators.length === 0) return first;
    return this.#node({
      kind: 'comparison',
      operands,
      operators,
      start: first.start,
      end: operands.at(-1)?.end ?? first.end,
    });
  }

  #sum(): Node {
    return this.#arithmetic(['+', '-'], () => this.#arithmetic(['*', '/', '%'], () => this.#sign()));
  }

  #arithmetic(operators: readonly ArithmeticOperator[], operand: () => Node): Node {
    let left = operand();
    for (;;) {
      const operator = operators.find(symbol => this.#take(symbol));
      if (!operator) return left;
      const right = operand();
      left = this.#node({ kind: 'arithmetic', operator, left, right, start: left.start, end: right.end });
    }
  }

  #sign(): Node {
    const symbol = this.#take('-') ?? this.#take('!');
    if (!symbol) return this.#element();
    const operand = this.#deeper(() => this.#sign());
    const operator = symbol.text === '-' ? '-' : 'not';
    return this.#node({ kind: 'unary', operator, operand, start: symbol.start, end: operand.end });
  }

  #element(): Node {
    let array = this.#operand();
    while (this.#take('[')) {
      const index = this.#deeper(() => this.#choice());
      const { end } = this.#expect(']');
      array = this.#node({ kind: 'element', array, index, start: array.start, end });
    }
    return array;
  }

  #operand(): Node {
    const token = this.#peek();
    const { start, end } = token;
    if (token.kind === 'symbol' && this.#take('(')) {
      const inner = this.#deeper(() => this.#choice());
      return { ...inner, start, end: this.#expect(')').end };
    }
    if (token.kind === 'end' || token.kind === 'symbol')
      throw new ExpressionInvalid(start, `${shown(token)} where a value should be; ${OPERAND}`);
    this.#at++;
    if (token.kind === 'number') return this.#node({ kind: 'literal', value: token.value, start, end });
    if (token.kind === 'text') return this.#node({ kind: 'literal', value: token.text, start, end });
    if (token.kind === 'device') return this.#node({ kind: 'device', name: token.text, start, end });
    if (token.text === 'true' || token.text === 'false')
      return this.#node({ kind: 'literal', value: token.text === 'true', start, end });
    if (WORDS.has(token.text))
      throw new ExpressionInvalid(start, `"${token.text}" where a value should be; ${OPERAND}`);
    if (this.#take('(')) return this.#call(token);
    return this.#node({ kind: 'quantity', name: token.text, start, end });
  }

  #call({ text: name, start }: Token): Node {
    const given: Node[] = [];
    let close = this.#take(')');
    while (!close) {
      if (given.length === BOUNDS.arguments)
        throw new ExpressionInvalid(this.#peek().start, `more than ${BOUNDS.arguments} arguments`);
      given.push(this.#deeper(() => this.#choice()));
      close = this.#take(')');
      if (!close) this.#expect(',');
    }
    return this.#node({ kind: 'call', name, arguments: given, start, end: close.end });
  }

  #peek(): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw new ExpressionInvalid(0, 'an expression without an end');
    return token;
  }

  /** The next token, when it is this word or symbol. */
  #take(text: string): Token | undefined {
    const token = this.#peek();
    if ((token.kind !== 'symbol' && token.kind !== 'name') || token.text !== text) return undefined;
    this.#at++;
    return token;
  }

  #expect(text: string): Token {
    const token = this.#take(text);
    if (token) return token;
    const found = this.#peek();
    throw new ExpressionInvalid(found.start, `${shown(found)} where "${text}" should be`);
  }

  #deeper<T>(parse: () => T): T {
    if (++this.#depth > BOUNDS.depth)
      throw new ExpressionInvalid(this.#peek().start, `nested deeper than ${BOUNDS.depth} levels`);
    const result = parse();
    this.#depth--;
    return result;
  }

  #node<N extends Node>(node: N): N {
    if (++this.#nodes > BOUNDS.nodes)
      throw new ExpressionInvalid(node.start, `more than ${BOUNDS.nodes} operators and values`);
    return node;
  }
}

const shown = (token: Token): string => (token.kind === 'end' ? 'nothing' : `"${token.text}"`);

/** @throws ExpressionInvalid */
export const parse = (source: string): Node => new Parser(source).whole();
