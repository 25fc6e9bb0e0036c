import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contract } from '../../../shared/contract/contract.ts';
import { describeWithChromium } from '../../helpers/chromium.ts';
import { startApi, type RunningApi } from './running-api.ts';

describeWithChromium('GET /docs in a browser', (executablePath) => {
  let api: RunningApi;
  let browser: Browser;

  beforeAll(async () => {
    api = await startApi({ keys: ['only-key'] });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await api.close();
  });

  it('shows every endpoint, asks no other server and breaks no rule of its policy', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const strangers: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(api.url) && !request.url().startsWith('data:'))
        strangers.push(request.url());
    });
    await page.goto(`${api.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('.opblock').count()).toBe(Object.keys(contract).length);
    expect([complaints, strangers]).toEqual([[], []]);
  });
});
