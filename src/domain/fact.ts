/** A fact. `occurredAt` (ISO 8601 UTC) is the time at which it happened in the world, never the time of storage. */
export interface Fact<Type extends string, Data> {
  readonly type: Type;
  readonly data: Readonly<Data & { occurredAt: string }>;
}
