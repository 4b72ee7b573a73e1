import type { DomainEvent } from '../../src/domain/events.js';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Short names for the story: m1, m2 and so on for uuids, in the order in which they are told. */
export class Names {
  private readonly known = new Map<string, string>();

  in(text: string): string {
    return text.replaceAll(UUID, (uuid) => {
      const name = this.known.get(uuid) ?? `m${this.known.size + 1}`;
      this.known.set(uuid, name);
      return name;
    });
  }

  stream(stream: string): string {
    return this.in(stream.replace(/^message-/, ''));
  }

  event({ type, data }: DomainEvent): string {
    const {
      attempt,
      status,
      reason,
      class: errorClass,
      httpStatus,
    } = data as {
      readonly attempt?: number;
      readonly status?: string;
      readonly reason?: string | null;
      readonly class?: string;
      readonly httpStatus?: number | null;
    };
    const facts = [
      attempt,
      status,
      httpStatus,
      errorClass,
      type.startsWith('Status') ? reason : undefined,
    ];
    return [type, ...facts.filter((fact) => fact !== undefined && fact !== null)].join(' ');
  }
}
