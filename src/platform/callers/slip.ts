import type { Language } from '../../protocol/units.ts';

/** What is printed for a caller whose PIN was made: in his language, or in both where that is not known. */
export function slipOf(facility: string, name: string, pin: string, language: Language | null): string {
  const inGroups = pin.replace(/(\d{4})(?=\d)/g, '$1 ');
  const texts = language === null ? [TEXTS.en, TEXTS.es] : [TEXTS[language]];
  return [facility, name, ...texts.map((text) => text(inGroups))].join('\n\n');
}

const TEXTS: Readonly<Record<Language, (pin: string) => string>> = {
  en: (pin) =>
    `Your PIN for the phones: ${pin}\nLift the handset and key it when you are asked for it. Tell it to nobody: whoever has it calls with your money and in your name. Where somebody has seen it, ask staff for another.`,
  es: (pin) =>
    `Su PIN para los teléfonos: ${pin}\nDescuelgue y márquelo cuando se le pida. No se lo diga a nadie: quien lo tenga llama con su dinero y en su nombre. Si alguien lo ha visto, pida otro al personal.`,
};
