import type { Fact } from './fact.js';
import type { Inbound } from './inbound-events.js';

/** Stands for a personal value that was erased. No number and no channel's id reads so. */
export const ERASED = 'erased';

/** The keys of a person were destroyed, so nothing that was recorded before tells of the person any more. */
export type PersonErased = Fact<
  'PersonErased',
  {
    /** Random; it is in the id of every key that the person had. */
    readonly person: string;
    /** Keys that were destroyed. */
    readonly keys: number;
    /** In the words of the person who decided. */
    readonly reason: string;
    /** Name of the API key; null where no key was used. */
    readonly by: string | null;
    /** The id that an earlier erasure of the same person destroyed. Absent where there was none, and in events of earlier builds. */
    readonly erasedBefore?: string;
  }
>;

/** The personal fields of all earlier events of this stream are erased. */
export type PersonalDataErased = Fact<
  'PersonalDataErased',
  {
    /** ISO 3166-1 alpha-2 of the erased number, so that reports by country still count; null where it told none. */
    readonly country: string | null;
    /** What is left of the message that the stream is about; null where it is no inbound message. */
    readonly inbound:
      (Inbound & { readonly receivedAt: string; readonly recordedAt: string }) | null;
  }
>;

/** Everything that was made of a person's events has forgotten the person, too. */
export type ErasureCompleted = Fact<
  'ErasureCompleted',
  {
    readonly person: string;
    /** Messages to the person that were found in lists. */
    readonly messages: number;
    /** Messages from the person that were found in lists. */
    readonly inbound: number;
  }
>;

/** Everything personal that was recorded before a month was destroyed, because it is older than it may be kept. */
export type PersonalDataExpired = Fact<
  'PersonalDataExpired',
  {
    /** The first month that is kept, for example 2026-10, UTC. */
    readonly keptFrom: string;
    /** Keys that were destroyed. */
    readonly keys: number;
    /** Messages to persons that lists have forgotten. */
    readonly messages: number;
    /** Messages from persons that lists have forgotten. */
    readonly inbound: number;
  }
>;

export type ErasureEvent =
  PersonErased | PersonalDataErased | ErasureCompleted | PersonalDataExpired;
