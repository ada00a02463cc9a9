import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes far longer than its size says: begun last, one worker would be left with it alone. */
const long = ['accessible-overlays', 'accessible-panels', 'counterparts'].map((name) => `/test/e2e/${name}.test.ts`);

/** The order of the runner, by earlier results or else by size, but for files that are known to be long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => long.some((path) => moduleId.endsWith(path));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
