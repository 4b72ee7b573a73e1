import { Auth } from '@vonage/auth';
import { tokenGenerate } from '@vonage/jwt';

/** Vonage's default. A token may live for 24 hours at most. */
const TOKEN_LIFE_SECONDS = 900;

/** A token is made anew well before its end, because Vonage's clock is not ours. */
const REUSE_MS_MAX = 600_000;

interface Token {
  readonly header: string;
  /** By the system's clock, whose time is in the token. */
  readonly madeAtMs: number;
  /** By the monotonic clock. */
  readonly madeAtElapsedMs: number;
}

/**
 * The credentials that Vonage's SDK asks for a header before each call. A signature takes longer than all the rest of a
 * call here, so one token serves many calls.
 */
export class ReusedToken extends Auth {
  private token: Token | undefined;

  constructor(
    applicationId: string,
    privateKey: string,
    private readonly nowMs: () => number = Date.now,
    private readonly elapsedMs: () => number = () => performance.now(),
  ) {
    super({ applicationId, privateKey });
  }

  override createBearerHeader = async (): Promise<string> => {
    if (this.token === undefined || !this.isFresh(this.token)) this.token = this.sign();
    return this.token.header;
  };

  /** Has the next call sign anew, because Vonage did not accept the token. */
  forget(): void {
    this.token = undefined;
  }

  /** False too when the system's clock was set since: the times in the token may be wrong. */
  private isFresh({ madeAtMs, madeAtElapsedMs }: Token): boolean {
    const ageMs = this.nowMs() - madeAtMs;
    const elapsedMs = this.elapsedMs() - madeAtElapsedMs;
    return elapsedMs < REUSE_MS_MAX && ageMs >= 0 && ageMs < REUSE_MS_MAX;
  }

  private sign(): Token {
    const ttl = TOKEN_LIFE_SECONDS;
    const token = tokenGenerate(this.applicationId ?? '', this.privateKey ?? '', { ttl });
    return {
      header: `Bearer ${token}`,
      madeAtMs: this.nowMs(),
      madeAtElapsedMs: this.elapsedMs(),
    };
  }
}
