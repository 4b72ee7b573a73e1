import type { Position } from '../../../application/ports/event-store.js';
import type {
  ProjectionPositions,
  ProjectionTimes,
} from '../../../application/ports/projection-positions.js';
import {
  projectionNames,
  type ProjectionName,
} from '../../../application/ports/projection-store.js';
import type { Catalog } from '../copies/catalog.js';
import { progressOf } from '../copies/progress.js';

export class ProjectionPositionsTables implements ProjectionPositions, ProjectionTimes {
  constructor(private readonly catalog: Catalog) {}

  async positions(): Promise<ReadonlyMap<ProjectionName, Position | undefined>> {
    return new Map((await this.progress()).map(([name, progress]) => [name, progress?.position]));
  }

  async newestAsOf(): Promise<string | undefined> {
    return (
      (await this.progress())
        .flatMap(([, progress]) => progress?.asOf ?? [])
        // A read model that has read no event yet has the time 0.
        .filter((asOf) => Date.parse(asOf) > 0)
        .toSorted()
        .at(-1)
    );
  }

  private progress() {
    return Promise.all(
      projectionNames.map(async (name) => {
        const { copy } = await this.catalog.copyOf(name);
        return [name, await progressOf(copy)] as const;
      }),
    );
  }
}
