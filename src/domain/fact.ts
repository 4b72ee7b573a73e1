/** A fact. `occurredAt` (ISO 8601 UTC) is when it happened in the world, never when we stored it. */
export interface Fact<Type extends string, Data> {
  readonly type: Type;
  readonly data: Readonly<Data & { occurredAt: string }>;
}
