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
    const positions = await Promise.all(
      projectionNames.map(async (name) => {
        const { copy } = await this.catalog.copyOf(name);
        return [name, (await progressOf(copy))?.position] as const;
      }),
    );
    return new Map(positions);
  }

  async newestAsOf(): Promise<string | undefined> {
    const times = await Promise.all(
      projectionNames.map(async (name) => {
        const { copy } = await this.catalog.copyOf(name);
        return (await progressOf(copy))?.asOf;
      }),
    );
    return times
      .filter((time) => time !== undefined)
      .toSorted()
      .at(-1);
  }
}
