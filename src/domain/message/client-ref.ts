/** The highest attempt: keeps a client ref within the 40 characters that older Vonage documents allow. */
export const CLIENT_REF_ATTEMPT_MAX = 999;

export interface ClientRef {
  readonly messageId: string;
  /** From 1 to `CLIENT_REF_ATTEMPT_MAX`. */
  readonly attempt: number;
}

/** The reference that Vonage echoes in every webhook about an attempt, so that a webhook names its own stream. */
export const clientRefOf = (messageId: string, attempt: number): string =>
  `${messageId}.${attempt}`;

const ours = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([1-9][0-9]{0,2})$/;

/** Null when the text is not of our form, as with messages that others sent. */
export function parseClientRef(text: string): ClientRef | null {
  const match = ours.exec(text);
  const [, messageId, attempt] = match ?? [];
  if (messageId === undefined || attempt === undefined) return null;
  return { messageId, attempt: Number(attempt) };
}
