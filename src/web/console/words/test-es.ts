import type { Said } from './en.ts';
import type { TEST_EN } from './test-en.ts';

/** What the page says of self-tests, in Spanish. */
export const TEST_ES: Said<typeof TEST_EN> = {
  test: {
    waits: 'Su autoprueba aún no ha llegado; se muestra aquí.',
    verdict: {
      passed: 'Autoprueba superada',
      incomplete: 'Autoprueba superada hasta donde llegó',
      failed: 'Autoprueba fallida',
    },
    part: {
      network: 'Red',
      broker: 'Enlace con la plataforma',
      trunk: 'Línea con la central',
      clock: 'Reloj',
      disk: 'Memoria',
      sound: 'Sonido del auricular',
      keys: 'Teclado',
      hook: 'Horquilla',
      volume: 'Teclas de volumen',
      tamper: 'Interruptor de manipulación',
      lamps: 'Lámparas',
      echo: 'Auricular, de oído',
    },
  },
};
