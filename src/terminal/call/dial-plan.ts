/** Longest thing that can be dialled: 011 and the fifteen digits of ITU-T E.164. */
export const LONGEST_NUMBER = 18;

/** Ten digits, or one and ten, of the North American plan, or 011 and an international number. */
const SHAPES = [/^1?[2-9]\d{2}[2-9]\d{6}$/, /^011[1-9]\d{6,14}$/];

/** Whether what was keyed can be a number at all; which one it is and whether it may be called is the platform's to say. */
export const canBeDialled = (digits: string): boolean => SHAPES.some((shape) => shape.test(digits));
