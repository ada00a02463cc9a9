import { expect as base } from 'playwright/test';

/** Waits for states as long as a busy machine needs: nothing here asserts how fast something is. */
export const expect = base.configure({ timeout: 20_000 });
