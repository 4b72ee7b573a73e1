import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { afterIdle, NoAnswer } from './idle-timeout.js';

/** The call that `batchAppend` of the generated stub returns. */
export interface BatchAppendStream extends Duplex {
  write(frame: BatchAppendReq): boolean;
  cancel(): void;
}

interface Pending {
  readonly resolve: (response: BatchAppendResp) => void;
  readonly reject: (error: unknown) => void;
  readonly stopWaiting: () => void;
}

/** One duplex call: many appends go out, and each answer carries the id of its append. */
export class BatchAppendCall {
  readonly #stream: BatchAppendStream;
  readonly #pending = new Map<string, Pending>();
  #failure: Error | undefined;

  constructor(stream: BatchAppendStream) {
    this.#stream = stream;
    stream.on('data', (response: BatchAppendResp) => this.#settle(response));
    stream.on('error', (error: Error) => this.#fail(error));
    // A server or proxy that ends the call cleanly still leaves appends without an answer.
    for (const event of ['end', 'close']) {
      stream.on(event, () => this.#fail(new Error('the server ended the call')));
    }
  }

  /** @throws NoAnswer, or the error that ended the call */
  append(frame: BatchAppendReq, timeoutMs: number): Promise<BatchAppendResp> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const correlationId = randomUUID();
    frame.setCorrelationId(new sharedPb.UUID().setString(correlationId));
    return new Promise((resolve, reject) => {
      const stopWaiting = afterIdle(timeoutMs, () => {
        this.#pending.delete(correlationId);
        reject(new NoAnswer(timeoutMs));
      });
      this.#pending.set(correlationId, { resolve, reject, stopWaiting });
      this.#stream.write(frame);
    });
  }

  /** Drops an answer whose append nobody waits for any more. */
  #settle(response: BatchAppendResp): void {
    const correlationId = uuidText(response.getCorrelationId());
    const pending = this.#pending.get(correlationId);
    if (pending === undefined) return;
    this.#pending.delete(correlationId);
    pending.stopWaiting();
    pending.resolve(response);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject, stopWaiting } of this.#pending.values()) {
      stopWaiting();
      reject(this.#failure);
    }
    this.#pending.clear();
  }
}

/** Servers answer with text or with two signed 64-bit halves. */
function uuidText(uuid: UUID | undefined): string {
  const halves = uuid?.getStructured();
  if (halves === undefined) return uuid?.getString() ?? '';
  const hex = [halves.getMostSignificantBits(), halves.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20]]
    .map(([start, end]) => hex.slice(start, end))
    .join('-');
}
