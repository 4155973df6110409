// Which folder may import which: the table of "the house" in the README of src.
const T = '^src/terminal/';
const only = (from, allowed) => ({
  name: from
    .replace(/[^a-z-]+/g, ' ')
    .trim()
    .replaceAll(' ', '-'),
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|sim|test)/', pathNot: [from, '^src/retry/', ...allowed] },
});
const PROTOCOL = '^src/protocol/';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('^src/retry/', []),
    only('^src/protocol/', []),
    only(`${T}call/`, [PROTOCOL]),
    only(`${T}hardware/`, [PROTOCOL]),
    only(`${T}board/`, [PROTOCOL, `${T}hardware/`, `${T}audio/`]),
    only(`${T}audio/`, []),
    only(`${T}telephony/`, [`${T}audio/`, '^src/protocol/certificate.ts']),
    only(`${T}voice-id/`, [PROTOCOL, `${T}audio/`]),
    only(`${T}watchdog/`, []),
    only(`${T}fleet/`, [PROTOCOL, `${T}storage/`]),
    only(`${T}storage/`, [PROTOCOL]),
    only(`${T}bench/`, [
      PROTOCOL,
      ...['hardware', 'board', 'audio', 'telephony', 'fleet', 'storage', 'call'].map((part) => `${T}${part}/`),
    ]),
    only('^src/web/kit/', [PROTOCOL]),
    only('^src/web/', [PROTOCOL]),
    only('^src/platform/', [PROTOCOL]),
    only('^src/terminal/', [PROTOCOL]),
    only('^src/', []),
    only('^sim/', ['^src/']),
    {
      name: 'core-is-pure',
      comment:
        'call/ has no I/O, no clock, no randomness and no RxJS: zod for its settings is all it takes from outside.',
      severity: 'error',
      from: { path: `${T}call/` },
      to: { dependencyTypesNot: ['local', 'type-only'], pathNot: '^node_modules/zod/' },
    },
    {
      name: 'no-chance-in-the-core',
      severity: 'error',
      from: { path: `${T}call/` },
      to: { path: '^src/retry/' },
    },
    {
      name: 'main-is-where-parts-meet',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', '^src/terminal/(main|phone|first-test).ts'] },
      to: { path: '^src/terminal/main.ts' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Its parser reads no JSX: for pages Biome holds what may be imported (biome.json).
    exclude: { path: '^sim/page/web/|^src/web/.*[.]tsx$' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
};
