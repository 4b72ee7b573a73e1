/** The facts of a log line: the event and its subject. Never a secret, a message's text or a full phone number. */
export interface Logger {
  info(facts: Readonly<Record<string, unknown>>, sentence: string): void;
  warn(facts: Readonly<Record<string, unknown>>, sentence: string): void;
  error(facts: Readonly<Record<string, unknown>>, sentence: string): void;
}
