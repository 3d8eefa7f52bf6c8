import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { patience } from './script.mjs';

/** The engine without windows, else the whole browser. */
const program = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync);

/** Runs the work in a headless Chromium with an empty profile, and removes the profile afterwards. */
export async function inBrowser(work) {
  const profile = await mkdtemp(join(tmpdir(), 'sso-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    headless: true,
    timeout: patience,
    locale: 'en-GB',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    context.setDefaultTimeout(patience);
    return await work(context);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}
