import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision, Revision } from '../../../../application/ports/event-store.js';
import { ACCESS_DENIED, Refusal } from '../failures.js';
import type { Place } from '../positions.js';

/** An event in the form that EventStoreDB takes. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  /** JSON. */
  readonly data: string;
  /** JSON. */
  readonly metadata: string;
}

export interface Append {
  readonly stream: string;
  readonly events: readonly ProposedEvent[];
  readonly expected: ExpectedRevision;
}

export type AppendAnswer = Settled | Unsettled;

export type Settled =
  | {
      readonly kind: 'appended';
      readonly revision: Revision;
      /** Place of the last event; undefined where the append was a repeat, and the event can no longer be read. */
      readonly place: Place | undefined;
    }
  | { readonly kind: 'conflict'; readonly actual: ExpectedRevision }
  /** A permanent error: the server will never take this append. */
  | { readonly kind: 'invalid'; readonly reason: string }
  /** The server refuses such appends until an operator changes something. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Nothing was written, or the outcome is unknown. A retry may settle it. */
export interface Unsettled {
  readonly kind: 'not-written' | 'unknown';
  readonly reason: string;
  readonly cause?: unknown;
}

export const isSettled = (answer: AppendAnswer): answer is Settled =>
  answer.kind !== 'not-written' && answer.kind !== 'unknown';

const utf8 = new TextEncoder();

/**
 * Encodes one append in one frame: the limits of the port keep it below gRPC's limit. It sets no deadline, because
 * the server would compare a time of our clock with its own; the server's own limit applies.
 */
export function appendRequest({ stream, events, expected }: Append): BatchAppendReq {
  const options = new streamsPb.BatchAppendReq.Options();
  options.setStreamIdentifier(new sharedPb.StreamIdentifier().setStreamName(utf8.encode(stream)));
  if (expected === 'no-stream') options.setNoStream(new emptyPb.Empty());
  else options.setStreamPosition(String(expected));

  const request = new streamsPb.BatchAppendReq();
  request.setOptions(options);
  request.setIsFinal(true);
  for (const { id, type, data, metadata } of events) {
    const message = new streamsPb.BatchAppendReq.ProposedMessage();
    message.setId(new sharedPb.UUID().setString(id));
    message.setData(utf8.encode(data));
    message.setCustomMetadata(utf8.encode(metadata));
    message.getMetadataMap().set('type', type).set('content-type', 'application/json');
    request.addProposedMessages(message);
  }
  return request;
}

export function appendAnswer(response: BatchAppendResp): AppendAnswer {
  const success = response.getSuccess();
  if (success === undefined) return refusal(response.getError());
  // Position of the last event itself; servers leave it out when the events can no longer be read.
  const prepare = success.getPosition()?.getPreparePosition();
  return {
    kind: 'appended',
    revision: BigInt(success.getCurrentRevision()),
    place:
      prepare === undefined ? undefined : { commit: BigInt(prepare), prepare: BigInt(prepare) },
  };
}

/** A refusal is a status with one packed detail, whose type name tells the kind of refusal. */
function refusal(status: Status | undefined): AppendAnswer {
  const details = status?.getDetails();
  const type = details?.getTypeName().replace(/^event_store\.client\./, '');
  if (details !== undefined && type === 'WrongExpectedVersion') {
    const wrong = sharedPb.WrongExpectedVersion.deserializeBinary(details.getValue_asU8());
    const isThere = wrong.hasCurrentStreamRevision();
    return {
      kind: 'conflict',
      actual: isThere ? BigInt(wrong.getCurrentStreamRevision()) : 'no-stream',
    };
  }
  switch (type) {
    case 'StreamDeleted':
      return { kind: 'invalid', reason: 'the stream was deleted for ever' };
    case 'MaximumAppendSizeExceeded':
    case 'MaximumAppendEventSizeExceeded':
      return { kind: 'invalid', reason: 'the server allows less at once than Waybill needs' };
    case 'AccessDenied':
      return { kind: 'refused', refusal: new Refusal(ACCESS_DENIED) };
    case undefined:
    default:
      return { kind: 'unknown', reason: status?.getMessage() || type || 'the answer says nothing' };
  }
}
