import { describe } from 'vitest';
import { counterparts } from './counterparts.ts';
import { journey } from './studio-test.ts';

describe('as in the desktop app', () => {
  for (const { number, name, work } of counterparts) {
    journey(`${number}: ${name}`, async ({ studio }) => {
      await work(await studio.open({ width: 1440, height: 900 }));
    });
  }
});
