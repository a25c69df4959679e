import { ptBr } from './pt-br';

/** What a dictionary of any language has to say. */
export type Dictionary = typeof ptBr;

export const locale = 'pt-BR';
export const t: Dictionary = ptBr;
