/** What the page says of self-tests, in English. */
export const TEST_EN = {
  test: {
    waits: 'Its self-test has not come yet; it is shown here.',
    verdict: {
      passed: 'Self-test passed',
      incomplete: 'Self-test passed as far as it went',
      failed: 'Self-test failed',
    },
    part: {
      network: 'Network',
      broker: 'Link to the platform',
      trunk: 'Line to the exchange',
      clock: 'Clock',
      disk: 'Storage',
      sound: 'Handset sound',
      keys: 'Keypad',
      hook: 'Hook',
      volume: 'Volume keys',
      tamper: 'Tamper switch',
      lamps: 'Lamps',
      echo: 'Handset, by ear',
    },
  },
};
