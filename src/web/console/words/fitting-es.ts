import type { Said } from './en.ts';
import type { FITTING_EN } from './fitting-en.ts';

/** What the page says of fitting phones, in Spanish. */
export const FITTING_ES: Said<typeof FITTING_EN> = {
  fitting: {
    title: 'Instalar un teléfono',
    how: 'Descuelgue el teléfono nuevo: dice seis cifras.',
    find: 'Busque el lugar, o nombre uno nuevo',
    where: 'Dónde cuelga',
    announced: 'El lugar para el que se anunció',
    expected: (boxes) => (boxes === 1 ? 'se espera 1 teléfono' : `se esperan ${boxes} teléfonos`),
    inUnit: (unit) => `unidad ${unit}`,
    noPhone: 'aún sin teléfono',
    hasPhone: (serial) => `tiene la serie ${serial}`,
    newPlace: (terminal) => `Nuevo: ${terminal}`,
    newUnit: 'Unidad en la que cuelga',
    noPlace: 'Ningún lugar se llama así; uno nuevo se nombra con letras, cifras, - y _.',
    moreTyped: (more) => `${more} más: escriba para encontrarlos`,
    pickPlace: 'diga primero dónde cuelga el teléfono',
    code: 'Seis cifras',
    claim: 'Dar de alta',
    replace: (serial) =>
      serial === null
        ? 'Reemplazar el teléfono que está ahí: deja de funcionar al instante'
        : `Reemplazar el teléfono que está ahí (serie ${serial}): deja de funcionar al instante`,
    claimed: (terminal) => `${terminal} está dado de alta; se prueba a sí mismo al colgar.`,
    answer: 'Ahora marque esto en el teléfono:',
    replaced: (serial) => `El teléfono que estaba ahí (serie ${serial}) ya no funciona.`,
    box: (serial, model, version) => `Serie ${serial} · ${model} · versión ${version}`,
    list: 'Teléfonos dados de alta',
    findPhone: 'Buscar teléfono o número de serie',
    none: 'Aún no se dio de alta ninguno.',
    nothing: 'Ningún teléfono está como usted pide.',
    claimedBy: (by, time) => `dado de alta por ${by}, ${time}`,
    issued: 'tiene todo lo que necesita',
    notIssued: 'no ha recogido lo que necesita',
    certificateOut: 'su certificado ha vencido: no estaba en marcha para renovarlo',
    takeOut: 'Retirar del servicio',
    takeOutAsk:
      'Nada de este teléfono funciona ya, al instante; sus registros quedan. Para volver, se da de alta de nuevo.',
    takenOut: (terminal, serial) => `${terminal} (serie ${serial}) está fuera de servicio.`,
    expectedTitle: 'Teléfonos que se esperan',
    expectedHint:
      'Una línea cada uno: serie, unidad, teléfono. Quien instala uno de ellos solo escribe sus seis cifras. La tabla reemplaza a la anterior.',
    expectedNone: 'No se espera ninguno.',
    file: 'Archivo CSV',
    table: 'Tabla',
    preview: 'Mostrar lo que dice',
    announce: (boxes) => (boxes === 1 ? 'Anunciar 1 teléfono' : `Anunciar ${boxes} teléfonos`),
    line: (line, why) => `Línea ${line}: ${why}`,
    gone: (serials) => `Ya no se esperan: ${serials}`,
    saved: (boxes) => (boxes === 1 ? 'Se espera 1 teléfono.' : `Se esperan ${boxes} teléfonos.`),
    card: 'Para la tarjeta de un teléfono nuevo',
    cardHint:
      'Póngalo en su partición de arranque como tierphone.yaml: con él, el teléfono encuentra esta plataforma y la reconoce.',
    copy: 'Copiar',
    copied: 'Copiado.',
    save: 'Guardar tierphone.yaml',
  },
};
