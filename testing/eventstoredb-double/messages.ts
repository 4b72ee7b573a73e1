import { randomUUID } from 'node:crypto';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import type { Any } from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import serverFeaturesPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
  ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchedAppend } from './batch-assembly.js';
import {
  APPEND_BYTES_MAX,
  type AppendOutcome,
  type Expectation,
  type LogRecord,
  type ProposedRecord,
} from './ledger.js';

/** Converts between the messages on the wire and the log. 64-bit numbers travel as decimal texts. */

const TICKS_PER_MILLISECOND = 10_000n;

export const streamName = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

/** Ids arrive as text or as two signed 64-bit halves. */
export function uuidText(uuid: UUID | undefined): string {
  const halves = uuid?.getStructured();
  if (halves === undefined) return uuid?.getString() ?? '';
  const hex = [halves.getMostSignificantBits(), halves.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function uuidHalves(text: string): UUID {
  const hex = text.replaceAll('-', '');
  const [most = '', least = ''] = [hex.slice(0, 16), hex.slice(16)].map((half) =>
    String(BigInt.asIntN(64, BigInt(`0x${half}`))),
  );
  const halves = new sharedPb.UUID.Structured()
    .setMostSignificantBits(most)
    .setLeastSignificantBits(least);
  return new sharedPb.UUID().setStructured(halves);
}

export function proposedRecord(message: BatchAppendReq.ProposedMessage): ProposedRecord {
  const properties = message.getMetadataMap();
  return {
    id: uuidText(message.getId()),
    type: properties.get('type') ?? '',
    contentType: properties.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function batchExpectation(options: BatchAppendReq.Options): Expectation {
  if (options.hasStreamPosition()) return Number(options.getStreamPosition());
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  return 'any';
}

export function batchResponse(outcome: BatchOutcome, append: BatchedAppend): BatchAppendResp {
  const response = new streamsPb.BatchAppendResp();
  // A server that times out writes the append's id in the other of the two formats.
  const correlationId =
    outcome.kind === 'timeout'
      ? uuidHalves(append.correlationId)
      : new sharedPb.UUID().setString(append.correlationId);
  response.setCorrelationId(correlationId).setStreamIdentifier(identifierOf(append.stream));
  if (outcome.kind === 'appended') {
    const success = new streamsPb.BatchAppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    if (outcome.position === undefined) success.setNoPosition(new emptyPb.Empty());
    else {
      const position = new sharedPb.AllStreamPosition();
      position.setCommitPosition(String(outcome.position));
      position.setPreparePosition(String(outcome.position));
      success.setPosition(position);
    }
    return response.setSuccess(success);
  }
  const status = new statusPb.Status().setDetails(refusalDetails(outcome, append));
  if (outcome.kind === 'not-ready') status.setMessage('Server Is Not Ready');
  return response.setError(status);
}

/** The result of an append, or the reason for a refusal. */
export type BatchOutcome =
  AppendOutcome | { readonly kind: 'not-ready' | 'timeout' | 'access-denied' };

/** Every refusal of an append is a status with one packed detail. */
function refusalDetails(
  outcome: Exclude<BatchOutcome, { kind: 'appended' }>,
  { stream, expected }: BatchedAppend,
): Any {
  const details = new anyPb.Any();
  switch (outcome.kind) {
    case 'wrong-expected-version': {
      const wrong = new sharedPb.WrongExpectedVersion();
      if (outcome.current === 'no-stream') wrong.setCurrentNoStream(new emptyPb.Empty());
      else wrong.setCurrentStreamRevision(String(outcome.current));
      if (typeof expected === 'number') wrong.setExpectedStreamPosition(String(expected));
      else if (expected === 'no-stream') wrong.setExpectedNoStream(new emptyPb.Empty());
      details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
      return details;
    }
    case 'stream-deleted': {
      const deleted = new sharedPb.StreamDeleted().setStreamIdentifier(identifierOf(stream));
      details.pack(deleted.serializeBinary(), 'event_store.client.StreamDeleted');
      return details;
    }
    case 'not-ready':
      details.pack(new emptyPb.Empty().serializeBinary(), 'google.protobuf.Empty');
      return details;
    case 'access-denied':
      details.pack(
        new sharedPb.AccessDenied().serializeBinary(),
        'event_store.client.AccessDenied',
      );
      return details;
    case 'timeout':
      details.pack(new sharedPb.Timeout().serializeBinary(), 'event_store.client.Timeout');
      return details;
    case 'too-large': {
      const tooLarge = new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(APPEND_BYTES_MAX);
      details.pack(tooLarge.serializeBinary(), 'event_store.client.MaximumAppendSizeExceeded');
      return details;
    }
  }
}

export function eventResponse(record: LogRecord): ReadResp {
  const position = String(record.position);
  const event = new streamsPb.ReadResp.ReadEvent.RecordedEvent();
  event.setId(new sharedPb.UUID().setString(record.id));
  event.setStreamIdentifier(identifierOf(record.stream));
  event.setStreamRevision(String(record.revision));
  event.setCommitPosition(position);
  event.setPreparePosition(position);
  event.setData(record.data);
  event.setCustomMetadata(record.metadata);
  event
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', record.contentType)
    .set('created', String(BigInt(record.createdMs) * TICKS_PER_MILLISECOND));
  const readEvent = new streamsPb.ReadResp.ReadEvent();
  readEvent.setEvent(event);
  readEvent.setCommitPosition(position);
  return new streamsPb.ReadResp().setEvent(readEvent);
}

export function streamNotFoundResponse(stream: string): ReadResp {
  const notFound = new streamsPb.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifierOf(stream));
  return new streamsPb.ReadResp().setStreamNotFound(notFound);
}

export const confirmationResponse = (subscriptionId: string): ReadResp =>
  new streamsPb.ReadResp().setConfirmation(
    new streamsPb.ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId),
  );

export function checkpointResponse(place: {
  readonly commit: number;
  readonly prepare: number;
}): ReadResp {
  const checkpoint = new streamsPb.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(place.commit));
  checkpoint.setPreparePosition(String(place.prepare));
  return new streamsPb.ReadResp().setCheckpoint(checkpoint);
}

export const caughtUpResponse = (): ReadResp =>
  new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp());

/** The server writes names of methods in lower case. */
export const supportedMethodsResponse = (version: string): SupportedMethods =>
  new serverFeaturesPb.SupportedMethods()
    .setEventStoreServerVersion(version)
    .setMethodsList(
      ['batchappend', 'read'].map((method) =>
        new serverFeaturesPb.SupportedMethod()
          .setMethodName(method)
          .setServiceName('event_store.client.streams.streams'),
      ),
    );

/** A node's view of the cluster: each member, if it is alive, and the leader. */
export function clusterResponse(nodes: readonly Member[], leader: Member | undefined): ClusterInfo {
  const { LEADER, FOLLOWER } = gossipPb.MemberInfo.VNodeState;
  const info = new gossipPb.ClusterInfo();
  for (const node of nodes) {
    const [host = '', port = ''] = node.address.split(':');
    info.addMembers(
      new gossipPb.MemberInfo()
        .setInstanceId(new sharedPb.UUID().setString(randomUUID()))
        .setTimeStamp(String(Date.now()))
        .setState(node === leader ? LEADER : FOLLOWER)
        .setIsAlive(node.isUp)
        .setHttpEndPoint(new gossipPb.EndPoint().setAddress(host).setPort(Number(port))),
    );
  }
  return info;
}

interface Member {
  readonly address: string;
  readonly isUp: boolean;
}

const identifierOf = (stream: string): StreamIdentifier =>
  new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8'));
