import { ApplicationError } from '../../../application/errors.js';

/** The share of all places that one key may take, so that others get some. */
const SHARE_OF_ONE_MAX = 0.75;

/** The places for answers that take long. One key gets three quarters of them at most. */
export class Places {
  private readonly placesOf = new Map<string, number>();
  private taken = 0;

  /** @param what `exports`, as an error names them */
  constructor(
    private readonly what: string,
    private readonly places: number,
  ) {}

  /**
   * @param key its name; undefined where the service runs without keys
   * @returns gives the place back
   * @throws ApplicationError `too-many-waiting`
   */
  take(key: string | undefined): () => void {
    const { what, places } = this;
    if (this.taken >= places) throw full(`${places} ${what}`);
    const ofKey = key === undefined ? 0 : (this.placesOf.get(key) ?? 0);
    const ofOneMax = places * SHARE_OF_ONE_MAX;
    if (ofKey >= ofOneMax) throw full(`${ofOneMax} ${what} of this key`);
    this.add(key, 1);
    return () => this.add(key, -1);
  }

  private add(key: string | undefined, number: 1 | -1): void {
    this.taken += number;
    if (key === undefined) return;
    const ofKey = (this.placesOf.get(key) ?? 0) + number;
    if (ofKey === 0) this.placesOf.delete(key);
    else this.placesOf.set(key, ofKey);
  }
}

const full = (those: string): ApplicationError =>
  new ApplicationError('too-many-waiting', `${those} are under way: wait until one has ended`);
