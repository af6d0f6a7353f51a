/** How the tests start Chromium: `chromium.launch(CHROMIUM)`. */
export const CHROMIUM = {
  executablePath: process.env['CHROMIUM_PATH'] || '/usr/bin/chromium',
  // The sandbox needs a user namespace, which root and containers do not have.
  args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'],
};
