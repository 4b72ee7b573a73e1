import { HttpProblem } from '../problems/http-problem.js';

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Finds the bounds of the parts of a JSON text without parsing them, so that a large text can be parsed part by part.
 * Parsing the parts finds the faults inside them.
 */
export class JsonRanges {
  private at: number;

  /** @param partBytesMax limit of the search for the end of a part */
  constructor(
    private readonly bytes: Buffer,
    private readonly partBytesMax: number,
  ) {
    this.at = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? 3 : 0;
  }

  isObject(): boolean {
    return this.peek() === OPEN_OBJECT;
  }

  isArray(): boolean {
    return this.peek() === OPEN_ARRAY;
  }

  /**
   * Yields the name of each member of the object here, as JSON. Take its value before the next name. @throws
   * HttpProblem
   */
  *names(): Generator<Buffer> {
    for (const _ of this.parts(OPEN_OBJECT, CLOSE_OBJECT)) {
      if (this.peek() !== QUOTE) throw invalid();
      const name = this.value();
      this.expect(COLON);
      yield name;
    }
  }

  /** Yields each item of the array here, as JSON. @throws HttpProblem */
  *items(): Generator<Buffer> {
    for (const _ of this.parts(OPEN_ARRAY, CLOSE_ARRAY)) yield this.value();
  }

  /** Returns the next value, as JSON. @throws HttpProblem 400, or 413 when it is too large */
  value(): Buffer {
    this.peek();
    const start = this.at;
    let depth = 0;
    for (; ; this.at += 1) {
      if (this.at - start > this.partBytesMax) throw tooLarge(this.partBytesMax);
      const byte = this.bytes[this.at];
      if (byte === undefined) throw invalid();
      if (byte === QUOTE) this.toEndOfString(start);
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || byte === COMMA) {
        // On the outermost level these belong to the container of the value.
        if (depth === 0) break;
        if (byte !== COMMA) depth -= 1;
      }
      // A string that is the whole value, or a member's name, ends here.
      if (byte === QUOTE && depth === 0) {
        this.at += 1;
        break;
      }
    }
    return this.bytes.subarray(start, this.at);
  }

  /** @throws HttpProblem 400 when anything but space follows */
  end(): void {
    if (this.peek() !== undefined) throw invalid();
  }

  private *parts(open: number, close: number): Generator<void> {
    this.expect(open);
    for (let isFirst = true; this.peek() !== close; isFirst = false) {
      if (!isFirst) this.expect(COMMA);
      yield;
    }
    this.expect(close);
  }

  private toEndOfString(start: number): void {
    let end = this.at;
    do {
      end = this.bytes.indexOf(QUOTE, end + 1);
      if (end === -1) throw invalid();
      if (end - start > this.partBytesMax) throw tooLarge(this.partBytesMax);
    } while (this.isEscaped(end));
    this.at = end;
  }

  /** True for a quote behind an odd number of backslashes: it belongs to the text. */
  private isEscaped(quote: number): boolean {
    let backslashes = 0;
    while (this.bytes[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    return backslashes % 2 === 1;
  }

  private expect(byte: number): void {
    if (this.peek() !== byte) throw invalid();
    this.at += 1;
  }

  /** Returns the next byte that is no space. */
  private peek(): number | undefined {
    for (; ; this.at += 1) {
      const byte = this.bytes[this.at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    }
  }
}

const invalid = (): HttpProblem => new HttpProblem(400, 'The body is not valid JSON.');

const tooLarge = (bytes: number): HttpProblem =>
  new HttpProblem(413, `One message of a batch may have ${bytes} bytes at most.`);
