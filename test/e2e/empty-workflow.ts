import { type StudioPage, studioPage } from './pages/studio-page.ts';
import type { Studio } from './studio-test.ts';

/** The studio on a wide screen with a new workflow of this name, in which nothing is drawn. */
export async function emptyWorkflow(studio: Studio, name: string): Promise<StudioPage> {
  const at = studioPage(await studio.open({ width: 1600, height: 1000 }));
  await at.ready();
  await at.newWorkflow(name);
  return at;
}
