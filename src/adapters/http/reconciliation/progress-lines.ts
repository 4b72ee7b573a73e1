import type { Request, Response } from 'express';
import type { FileProgress } from '../../../application/ports/provider-reports.js';
import { toProblem } from '../problems/problem.js';

/** Interval of two progress lines. */
const INTERVAL_MS = 500;

const LINES = 'application/x-ndjson';

/**
 * Answers with JSON, or line by line where the caller asks for that: `{"progress": …}` now and then, and at the end
 * `{"result": …}` or `{"problem": …}`.
 */
export class ProgressLines {
  private readonly wantsLines: boolean;
  private shownMs = performance.now();

  constructor(
    request: Request,
    private readonly response: Response,
  ) {
    this.wantsLines = request.accepts(['application/json', LINES]) === LINES;
  }

  readonly onProgress = (progress: FileProgress): void => {
    const nowMs = performance.now();
    if (!this.wantsLines || nowMs - this.shownMs < INTERVAL_MS) return;
    this.shownMs = nowMs;
    this.write({ progress });
  };

  /** @throws the fault of the work, unless lines were written already: then it is the last line */
  async answer(work: () => Promise<object>): Promise<void> {
    try {
      const result = await work();
      if (!this.wantsLines) {
        this.response.json(result);
        return;
      }
      this.write({ result });
    } catch (error) {
      if (!this.response.headersSent) throw error;
      this.write({ problem: toProblem(error) });
    }
    this.response.end();
  }

  private write(line: object): void {
    // Compressed lines would arrive together at the end.
    if (!this.response.headersSent) {
      this.response.status(200).type(LINES).setHeader('Cache-Control', 'no-store, no-transform');
    }
    this.response.write(`${JSON.stringify(line)}\n`);
  }
}
