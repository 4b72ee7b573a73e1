import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { BEFORE_ALL, comparePlaces, type Place } from '../positions.js';

/** A filtering server reports its position after this many records. */
const SEARCH_WINDOW_RECORDS = 256;

const COUNT_MAX = String(Number.MAX_SAFE_INTEGER);

/** Selects streams: those whose names begin with one of the prefixes, or all but the server's own. */
export type StreamFilter = readonly string[] | 'not-of-the-server';

/** Matches every name that does not begin like those of the server itself. */
const NOT_OF_THE_SERVER = '^[^\\$].*';

/** Selects records of `$all`. */
export interface AllRange {
  /** Inclusive for a read, exclusive for a subscription. `end` is only for reads backwards. */
  readonly from: Place | 'end';
  readonly direction?: 'forwards' | 'backwards';
  readonly countMax?: number;
  readonly filter?: StreamFilter;
}

export function streamRequest(stream: string): ReadReq {
  const name = new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8'));
  const ofStream = new streamsPb.ReadReq.Options.StreamOptions()
    .setStreamIdentifier(name)
    .setStart(new sharedPb.Empty());
  return requestOf(unfiltered().setStream(ofStream).setCount(COUNT_MAX));
}

export function allRequest({ from, direction, countMax, filter }: AllRange): ReadReq {
  const options = filter === undefined ? unfiltered() : filtered(filter);
  const { FORWARDS, BACKWARDS } = streamsPb.ReadReq.Options.ReadDirection;
  options
    .setAll(startingAt(from))
    .setReadDirection(direction === 'backwards' ? BACKWARDS : FORWARDS)
    .setCount(countMax === undefined ? COUNT_MAX : String(countMax));
  return requestOf(options);
}

export function subscriptionRequest(from: Place, filter: StreamFilter): ReadReq {
  const subscription = new streamsPb.ReadReq.Options.SubscriptionOptions();
  return requestOf(filtered(filter).setAll(startingAt(from)).setSubscription(subscription));
}

function startingAt(from: Place | 'end'): ReadReq.Options.AllOptions {
  const all = new streamsPb.ReadReq.Options.AllOptions();
  if (from === 'end') return all.setEnd(new sharedPb.Empty());
  if (comparePlaces(from, BEFORE_ALL) === 0) return all.setStart(new sharedPb.Empty());
  const position = new streamsPb.ReadReq.Options.Position()
    .setCommitPosition(String(from.commit))
    .setPreparePosition(String(from.prepare));
  return all.setPosition(position);
}

const unfiltered = (): ReadReq.Options =>
  new streamsPb.ReadReq.Options().setNoFilter(new sharedPb.Empty());

function filtered(streams: StreamFilter): ReadReq.Options {
  const { FilterOptions } = streamsPb.ReadReq.Options;
  const names =
    streams === 'not-of-the-server'
      ? new FilterOptions.Expression().setRegex(NOT_OF_THE_SERVER)
      : new FilterOptions.Expression().setPrefixList([...streams]);
  const filter = new FilterOptions()
    .setStreamIdentifier(names)
    .setMax(SEARCH_WINDOW_RECORDS)
    .setCheckpointintervalmultiplier(1);
  return new streamsPb.ReadReq.Options().setFilter(filter);
}

function requestOf(options: ReadReq.Options): ReadReq {
  const ids = new streamsPb.ReadReq.Options.UUIDOption().setString(new sharedPb.Empty());
  return new streamsPb.ReadReq().setOptions(options.setUuidOption(ids));
}
